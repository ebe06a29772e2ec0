import { createHash } from 'node:crypto';

/** Calm paper and ink; one colour for the decision, and one for each ending. AA in both schemes. */
const style = `
:root{color-scheme:light dark;
--paper:#f5f4f0;--card:#fff;--ink:#1b1f24;--soft:#555c66;--line:#d9d6ce;--field:#767c86;
--act:#1d4f91;--on-act:#fff;--no:#8f2318;--on-no:#fff;
--ask:#7a4600;--ask-wash:#fdf1dc;--good:#1d6237;--good-wash:#e4f3e8;
--bad:#8f2318;--bad-wash:#fbe9e6;
--quiet:#444b55;--quiet-wash:#e9e8e3;--focus:#0b57d0}
@media screen and (prefers-color-scheme:dark){:root{
--paper:#14171b;--card:#1d2126;--ink:#eceae5;--soft:#a9b0ba;--line:#363c44;--field:#8a929d;
--act:#a8c7f5;--on-act:#0d1b2e;--no:#f3b1a7;--on-no:#2c0b07;
--ask:#f4c57d;--ask-wash:#33260f;--good:#9bd8ae;--good-wash:#14301e;
--bad:#f3b1a7;--bad-wash:#3a1712;
--quiet:#c3c9d1;--quiet-wash:#272c33;--focus:#8ab4f8}}
*,::before,::after{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding:1rem 0 6rem}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.ask{--tone:var(--ask);--wash:var(--ask-wash)}.good{--tone:var(--good);--wash:var(--good-wash)}
.bad{--tone:var(--bad);--wash:var(--bad-wash)}.quiet{--tone:var(--quiet);--wash:var(--quiet-wash)}
.top,main,.foot{max-width:46rem;margin:0 auto;padding:0 1.125rem}
.top{padding-top:1rem;padding-bottom:.75rem;color:var(--soft);font-size:.9375rem}
.top p{margin:0}.top strong{color:var(--ink)}
h1,h2,h3,p,ul,ol,dl,dd,blockquote{margin:0;padding:0}
h1{font-size:1.625rem;line-height:1.2;letter-spacing:-.012em;text-wrap:balance}
h2{font-size:1.1875rem;line-height:1.3;text-wrap:balance}
p,li{text-wrap:pretty}
h3{font-size:1rem}
p+p,ul+p,p+ul,h2+*,h3+*,p+dl{margin-top:.5rem}
main>section,main>.notice{margin-top:1rem}
.state{background:var(--wash);border-radius:.875rem;padding:1.25rem 1.125rem;
border-left:.375rem solid var(--tone)}
.state h1+p,.state h1+.time{margin-top:.75rem}.state .time+p{margin-top:.75rem}
.kicker{color:var(--tone);font-weight:650;font-size:.9375rem;margin-bottom:.375rem}
.time{font-weight:650}
.time span{display:block;font-weight:400;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.875rem;padding:1.125rem}
.card>*+h2{margin-top:1.5rem}
.lead{font-size:1.125rem;font-weight:600;line-height:1.4;text-wrap:balance}
ul.lines,ol.lines{list-style:none}
.lines>li{padding:.4375rem 0;border-top:1px solid var(--line)}
.lines>li:first-child{border-top:0}
ul.points{padding-left:1.25rem}.points li+li{margin-top:.25rem}
.warn{border-color:var(--ask);background:var(--ask-wash)}.warn h2{color:var(--ask)}
.notice{border-left:.375rem solid var(--bad);background:var(--bad-wash);border-radius:.875rem;
padding:1rem 1.125rem}
.soft{color:var(--soft);font-size:.9375rem}
.who{display:flex;flex-wrap:wrap;align-items:baseline;justify-content:space-between;gap:0 1rem}
.yes,.no-vote{font-weight:650}.yes{color:var(--good)}.no-vote{color:var(--bad)}
bdi{white-space:pre-line}.whole{white-space:nowrap}
blockquote{border-left:3px solid var(--line);padding-left:.75rem;margin-top:.25rem;
color:var(--soft)}
.facts{display:grid;grid-template-columns:minmax(5.5rem,max-content) minmax(0,1fr);gap:.375rem 1rem}
.facts dt{color:var(--soft)}
summary{cursor:pointer;padding:.625rem 0;font-weight:600}
.dock{position:sticky;bottom:0;z-index:1;display:grid;grid-template-columns:1fr 1fr;gap:.75rem;
margin:1rem -1.125rem 0;padding:.75rem 1.125rem calc(.75rem + env(safe-area-inset-bottom));
background:var(--paper);border-top:1px solid var(--line)}
.button{display:block;width:100%;min-height:3.25rem;padding:.8125rem 1rem;border-radius:.75rem;
font:inherit;font-weight:650;line-height:1.5;text-align:center;text-decoration:none;cursor:pointer;
border:2px solid var(--act);background:var(--act);color:var(--on-act)}
.button.reject{border-color:var(--no);background:transparent;color:var(--no)}
.button:hover{filter:brightness(1.08)}.button.reject:hover{background:var(--bad-wash)}
a{color:var(--act)}
:focus-visible{outline:3px solid var(--focus);outline-offset:3px}
form>*+*{margin-top:1rem}
.tick{display:grid;grid-template-columns:auto 1fr;gap:.75rem;align-items:start;padding:.875rem;
border:1px solid var(--field);border-radius:.75rem;cursor:pointer;font-weight:600}
.tick input{width:1.5rem;height:1.5rem;margin:0;accent-color:var(--act)}
label.above{display:block;font-weight:600}
textarea{display:block;width:100%;min-height:5rem;margin-top:.375rem;padding:.75rem;font:inherit;
color:inherit;background:var(--paper);border:1px solid var(--field);border-radius:.75rem;
resize:vertical}
.foot{padding-top:1.25rem;padding-bottom:2.5rem;color:var(--soft);font-size:.875rem}
code{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.skip{position:absolute;left:-100vw;top:.5rem;padding:.5rem 1rem;background:var(--card);z-index:2}
.skip:focus{left:.5rem}
@media (min-width:46rem){.dock{display:none}
.decide{display:grid;grid-template-columns:1fr 1fr;gap:1rem;align-items:start}
.decide>.only{grid-column:1/-1}.decide>*{margin-top:0}
h1{font-size:2rem}.state,.card{padding:1.5rem}}
.decide{margin-top:1rem}.decide>*+*{margin-top:1rem}
@media (min-width:46rem){.decide>*+*{margin-top:0}}
@media (forced-colors:active){.button,.card,.state,.notice{border:2px solid}}
@media print{:root{--paper:#fff;--wash:#fff}body{font-size:11pt}.dock,.skip,form{display:none}
.card,.state{break-inside:avoid}}
`;

/** The page's style as an element: constant, nothing from outside is in it. */
export const styleElement = `<style>${style}</style>`;

/** What the Content-Security-Policy allows: this style, and no other. */
export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;

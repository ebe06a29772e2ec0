/** Calm paper and ink; prints in black on white. AA in both schemes. */
export const reportStyle = `
:root{color-scheme:light dark;
--paper:#f5f4f0;--card:#fff;--ink:#1b1f24;--soft:#555c66;--line:#d9d6ce;
--old:#7a4600;--old-wash:#fdf1dc;--new:#1d4f91;--new-wash:#e6eefa;--bad:#8f2318;--good:#1d6237}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1d2126;--ink:#eceae5;
--soft:#a9b0ba;--line:#363c44;--old:#f4c57d;--old-wash:#33260f;--new:#a8c7f5;--new-wash:#16263c;
--bad:#f3b1a7;--good:#9bd8ae}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:64rem;margin:0 auto;padding:1.5rem 1.125rem 3rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.5rem 0;max-width:46rem}
.soft{color:var(--soft)}.bad{color:var(--bad)}.good{color:var(--good)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;background:var(--card);border:1px solid var(--line);width:100%}
th,td{text-align:left;vertical-align:top;padding:.375rem .625rem;
border-bottom:1px solid var(--line)}
th{font-weight:650;overflow-wrap:normal}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
code,td.v{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
td.v{white-space:pre-wrap;overflow-wrap:anywhere;min-width:8rem}
td.old{background:var(--old-wash)}td.new{background:var(--new-wash)}
.null{color:var(--soft);font-style:italic}
.row{border-left:.25rem solid var(--line);padding-left:.875rem;margin:1.25rem 0;break-inside:avoid}
.row.stands{border-left-color:var(--bad)}
ul{padding-left:1.25rem}li{margin:.25rem 0;max-width:46rem}
@media print{body{background:#fff}main{max-width:none;padding:0}h2{break-after:avoid}}
`;

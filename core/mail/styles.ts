const boxed = 'margin:16px 0;padding:12px 16px;border-radius:8px;border:1px solid';

/**
 * How a mail looks. Mail programs drop style sheets now and then: what matters is written at each
 * element, and the sheet only turns the colours where the reader's program is dark. Nothing in
 * here has a character that HTML would escape.
 */
export const styles = {
  sheet: `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  body, .page { background: #14171c !important; color: #f1f3f5 !important; }
  .box { background: #20252d !important; border-color: #4a525e !important; }
  .warning { background: #3a2a08 !important; border-color: #d9a441 !important; }
  .quiet { color: #b9c0c9 !important; }
}`,
  page:
    'display:block;margin:0 auto;max-width:600px;padding:16px;background:#ffffff;color:#16191d;' +
    'font:16px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif',
  title: 'margin:0 0 12px;font-size:22px;line-height:1.3;overflow-wrap:anywhere',
  heading: 'margin:0 0 4px;font-size:16px;line-height:1.4',
  box: `${boxed} #c5ccd4;background:#f4f6f8`,
  warning: `${boxed} #b97d00;background:#fff4d6`,
  quiet: 'color:#4d5661;font-size:14px',
  cell: 'background:#0b5cad;border-radius:8px',
  button:
    'display:inline-block;padding:16px 28px;color:#ffffff;font-weight:bold;font-size:18px;' +
    'text-decoration:none',
} as const;

/** Style and script of the matrix. Contrasts are at least 4.5 to 1 in both schemes; verdicts are words, too. */

export const MATRIX_STYLE = `
:root { --back: #fff; --text: #1b1f24; --line: #c3c9d1; --head: #eef1f4; --pass: #14612f; --less: #1d5a78; --warn: #7a4b00; --fail: #a4161a; --error: #7b1fa2; --dim: #57606a; --link: #0b4f9e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171b; --text: #e6e9ed; --line: #3a424c; --head: #20252b; --pass: #7ddf9b; --less: #86cdf0; --warn: #f2c14e; --fail: #ff9a94; --error: #e0a6f5; --dim: #a2abb6; --link: #8cc2ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 100rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3 { line-height: 1.2; }
a { color: var(--link); }
code { font-family: ui-monospace, monospace; font-size: .9em; overflow-wrap: anywhere; }
.caveat { border-left: .3rem solid var(--warn); padding-left: .7rem; }
.scroll { overflow: auto; max-height: 80vh; border: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; padding: .3rem .5rem; color: var(--dim); }
th, td { border-top: 1px solid var(--line); padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--head); }
tbody th { font-weight: normal; }
td ul { margin: 0; padding-left: 1rem; }
tr:target { outline: 2px solid var(--link); outline-offset: -2px; }
.v-pass { color: var(--pass); } .v-pass-less { color: var(--less); } .v-warn { color: var(--warn); }
.v-fail { color: var(--fail); font-weight: 600; } .v-error { color: var(--error); font-weight: 600; }
.v-unsupported, .v-none { color: var(--dim); }
form { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1rem 0; }
form[hidden] { display: none; }
input { font: inherit; }
summary { cursor: pointer; font-weight: 600; padding: .4rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
@media print { .scroll { max-height: none; overflow: visible; border: 0; } form { display: none; } thead th { position: static; } }
`;

export const MATRIX_SCRIPT = `
const form = document.getElementById('filter');
const text = document.getElementById('text');
const differs = document.getElementById('differs');
const rows = [...document.querySelectorAll('details tbody tr')].map((row) => ({ row, words: row.textContent.toLowerCase() }));
function apply() {
  const wanted = text.value.trim().toLowerCase();
  let shown = 0;
  for (const { row, words } of rows) {
    const isShown = words.includes(wanted) && (!differs.checked || row.hasAttribute('data-differs'));
    row.hidden = !isShown;
    if (isShown) shown++;
  }
  document.getElementById('count').textContent = shown + ' of ' + rows.length + ' vectors';
}
form.hidden = false;
form.addEventListener('input', apply);
form.addEventListener('submit', (event) => event.preventDefault());
apply();
`;

/** The frame of the page: head, content security policy, style, data, script. */

import { createHash } from 'node:crypto';

export interface PageContent {
  readonly title: string;
  /** Sentences for a reader without JavaScript. */
  readonly summary: readonly string[];
  /** A run, deflated and in base64; undefined: the playground alone. */
  readonly data: string | undefined;
}

export interface PageAssets {
  /** The bundled application. */
  readonly script: string;
  readonly style: string;
}

/**
 * The policy allows this script and this style, by their hashes, and nothing else: no request can leave the page.
 */
export function page({ script, style }: PageAssets, { title, summary, data }: PageContent): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<noscript>
${[...summary, 'This page draws itself with JavaScript, which is switched off here. It loads nothing from anywhere.']
  .map((sentence) => `<p>${escaped(sentence)}</p>`)
  .join('\n')}
</noscript>
<div id="app"><p class="loading">Unpacking the report …</p></div>
${data === undefined ? '' : `<script type="application/octet-stream" id="run">${data}</script>\n`}<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** XML as text, without a tree of it. */

/** Values are escaped; in the order of the keys. */
export type Attributes = Readonly<Record<string, string | number>>;

/** The start of a tag, without its end. */
export function openTag(name: string, attributes: Attributes): string {
  let text = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) text += ` ${key}="${attributeText(value)}"`;
  return text;
}

/** An element whose content is text, as it is; an empty element where there is none. */
export function textElement(name: string, attributes: Attributes, text = ''): string {
  const open = openTag(name, attributes);
  return text === '' ? `${open}/>` : `${open}><![CDATA[${xmlSafe(text)}]]></${name}>`;
}

function attributeText(value: string | number): string {
  const text = String(value);
  if (PLAIN_ATTRIBUTE.test(text)) return text;
  return xmlSafe(text).replaceAll(/[&<"\t\n\r]/g, (character) => ESCAPES[character] as string);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Characters that XML 1.0 has no way to write become U+FFFD; lone surrogates too. `]]>`, which ends a CDATA section, is pulled apart. */
export function xmlSafe(text: string): string {
  if (PLAIN.test(text)) return text;
  let safe = '';
  for (const character of text) safe += isXmlCharacter(character.codePointAt(0) as number) ? character : '\ufffd';
  return safe.replaceAll(']]>', ']] >');
}

/** Most texts; a bracket may begin what has to be pulled apart. */
const PLAIN = /^[ -\\^-~]*$/;
/** The same, without what is escaped. */
const PLAIN_ATTRIBUTE = /^[ !#-%'-;=-\\^-~]*$/;

function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code >= 0xe000 && code < 0xfffe) || code >= 0x1_0000;
}

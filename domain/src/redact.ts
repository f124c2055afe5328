const REMOVED = "[removed]";

/** What a record of a person, a place or a secret is called, in any system's spelling: `shipToCity`, `zip_code`. */
const PRIVATE_NAME =
  /(?:authori[sz]ation|token|secret|password|passwd|api_?key|credential|cookie|signature|e_?mail|phone|mobile|fax|address|street|city|town|region|\bstate\b|county|zip|post_?al_?code|post_?code|ship_?to|bill_?to|sold_?to|recipient|contact|attention|first_?name|last_?name|full_?name|display_?name|customer_?name|company_?name)/i;

/** In the order in which they are removed: what holds another comes before it. */
const PRIVATE_TEXT: readonly RegExp[] = [
  // A field of JSON whose name says what it is, also where the text was cut within its value.
  new RegExp(
    `(?<="[^"]{0,40}?${PRIVATE_NAME.source}[^"]{0,40}"\\s*:\\s*)(?:"(?:[^"\\\\]|\\\\.)*"?|[\\w.+-]+)`,
    "gi",
  ),
  /(?<=\b(?:Bearer|Basic)\s+)[\w.~+/=-]{6,}/gi,
  /(?<=\b(?:client_secret|access_token|refresh_token|api[_-]?key|password|secret|token|signature)\s*[=:]\s*)[^\s&,;"']+/gi,
  // A token that is signed.
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  // A number, some words, and what a street is called.
  /\b\d{1,6}\s+(?:[A-Z][\w'.-]*\s+){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Way|Court|Ct|Place|Pl|Square|Highway|Hwy|Parkway|Pkwy)\b\.?/g,
  /(?<![\w-])\+?\d{1,3}[ .-]?\(?\d{2,4}\)?[ .-]\d{3,4}[ .-]\d{3,4}(?![\w-])/g,
  // Long and without a pattern: a key. A GUID, which people search for, has its hyphens.
  /\b(?=[A-Za-z0-9+/_]*\d)(?=[A-Za-z0-9+/_]*[A-Za-z])[A-Za-z0-9+/_]{32,}={0,2}/g,
];

/**
 * Text of an outside system, without secrets, addresses, e-mails and telephone numbers.
 * @param maxLength what is longer is cut, in characters
 */
export function redactText(text: string, maxLength: number): string {
  const redacted = PRIVATE_TEXT.reduce((rest, pattern) => rest.replace(pattern, REMOVED), text);
  return redacted.length <= maxLength ? redacted : `${redacted.slice(0, maxLength - 1)}…`;
}

/** JSON without the values of fields whose names say that they are private, at any depth. */
export function redactJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactJson);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      inner !== null && PRIVATE_NAME.test(name) ? REMOVED : redactJson(inner),
    ]),
  );
}

const HIDDEN = "[redacted]";

/**
 * What is a credential by its looks, wherever it stands: in the message of an error, in a vendor's answer, in a URL.
 * What comes before it stays, so that a reader knows what it was.
 */
const LOOKS: readonly (readonly [pattern: RegExp, shown: string])[] = [
  // a signed token, as the Authorization header has it or alone
  [/\beyJ[\w-]{8,}\.[\w-]*\.?[\w-]*/g, HIDDEN],
  [/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`],
  // an API key of ours: its public part tells which one
  [/\b(cdk_[0-9a-f]+)_[\w-]{16,}/g, `$1_${HIDDEN}`],
  // the password of a URL
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"\\]*):[^\s/@"\\]+@/gi, `$1:${HIDDEN}@`],
  // a field of a form or a query string
  [
    /\b(client_secret|access_token|refresh_token|id_token|password|api_key|license_key|client_assertion)=[^\s&"\\]+/gi,
    `$1=${HIDDEN}`,
  ],
  // a field of JSON, also of JSON within a text of JSON
  [
    /(\\*"(?:client_?secret|access_?token|refresh_?token|id_?token|password|api_?key|license_?key|authorization|webhook_?secret|webhook_?key)\\*" *: *\\*")(?!\[redacted\])[^"\\]+/gi,
    `$1${HIDDEN}`,
  ],
];

/** A text, as a line of a log is, without the credentials in it. JSON stays JSON. */
export function hideCredentials(text: string): string {
  return LOOKS.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text);
}

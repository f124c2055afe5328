/** Text that other systems' fields and forms can hold: one line, without control characters. */
export function isShortText(text: string, maxCharacters: number): boolean {
  return [...text].length <= maxCharacters && !/\p{Cc}/u.test(text);
}

/** Text that finance's fields and forms can hold: a line of its own, without control characters. */
export function isShortText(text: string, maxCharacters: number): boolean {
  return [...text].length <= maxCharacters && !/\p{Cc}/u.test(text);
}

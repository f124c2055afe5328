const GRAM_CHARACTERS = 3;
const MAX_WORDS = 8;

/** What a listing looks for words in. */
export function searchTextOf({ sku, name }: { readonly sku: string; readonly name: string }) {
  return `${sku} ${name}`.toLowerCase();
}

/** @returns the words of a search, each once, in lower case; at most eight. Control characters only part them */
export function searchWords(search: string): readonly string[] {
  const words = search.toLowerCase().split(/[\s\p{Cc}]+/u);
  return [...new Set(words.filter((word) => word !== ""))].slice(0, MAX_WORDS);
}

/**
 * Every three characters in a row, each once: a text that holds a word holds the word's. Both stores have an index
 * over such lists, which not both have over parts of a text.
 * @returns none for a shorter text
 */
export function gramsOf(text: string): readonly string[] {
  const characters = [...text];
  const grams = characters
    .slice(0, Math.max(0, characters.length - GRAM_CHARACTERS + 1))
    .map((_, at) => characters.slice(at, at + GRAM_CHARACTERS).join(""));
  return [...new Set(grams)];
}

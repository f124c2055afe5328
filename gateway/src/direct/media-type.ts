import { LRUCache } from "lru-cache";
import Negotiator from "negotiator";

/** Those in which an answer may be, the preferred one first: the bytes are the same. */
const MEDIA_TYPES = [
  "application/json; charset=utf-8",
  "application/graphql-response+json; charset=utf-8",
  "application/json; callbackSpec=1.0; charset=utf-8",
];
const [DEFAULT_TYPE = ""] = MEDIA_TYPES;

/** Clients have one header each; who sends others all the time gains nothing by it. */
const MAX_KEPT = 200;
const MAX_KEPT_CHARACTERS = 500;
const kept = new LRUCache<string, { readonly mediaType: string | null }>({ max: MAX_KEPT });

/**
 * The media type of an answer, by what its client takes.
 * @returns `null` when it takes none of them
 */
export function mediaTypeFor(accept: string | undefined): string | null {
  if (accept === undefined || accept === "") return DEFAULT_TYPE;
  const known = kept.get(accept);
  if (known !== undefined) return known.mediaType;
  const mediaType = new Negotiator({ headers: { accept } }).mediaType(MEDIA_TYPES) ?? null;
  if (accept.length <= MAX_KEPT_CHARACTERS) kept.set(accept, { mediaType });
  return mediaType;
}

import { types } from "pg";

const DATE = 1082;
const DATE_ARRAY = 1182;
/** `text[]`: the driver's list of type names does not have it, its parsers do. */
const TEXT_ARRAY: number = 1009;

/**
 * How columns read, on both stores: int8 and numeric as text (neither fits a JavaScript number),
 * timestamptz as `Date`, date as `YYYY-MM-DD` text (the driver's own parser moves it to local
 * midnight), bytea as `Buffer`, json and jsonb parsed.
 */
export const columnTypes = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (oid === DATE) return (text: string) => text;
    if (oid === DATE_ARRAY) return parserOf(TEXT_ARRAY);
    return types.getTypeParser(oid, format === "binary" ? "binary" : "text") as (
      text: string,
    ) => unknown;
  }) as typeof types.getTypeParser,
};

function parserOf(oid: number): (text: string) => unknown {
  return (types.getTypeParser as (oid: number, format: "text") => (text: string) => unknown)(
    oid,
    "text",
  );
}

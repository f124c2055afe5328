import { encodeCursor, InvalidCursorError, parsePosition } from "./position.ts";
import { decodeSnapshotCursor, encodeSnapshotCursor } from "./snapshot-cursor.ts";

const place = { head: parsePosition("42"), key: "erp-SO-1000: a/b" };

test("a place in a snapshot survives being made opaque", () => {
  expect(decodeSnapshotCursor("orders", encodeSnapshotCursor("orders", place))).toEqual(place);
});

test("a plain cursor is none of a snapshot, and rubbish is left to the plain one's refusal", () => {
  expect(decodeSnapshotCursor("orders", encodeCursor(place.head))).toBeNull();
  expect(decodeSnapshotCursor("orders", "rubbish")).toBeNull();
});

test.each([
  ["of another book", encodeSnapshotCursor("invoices", place)],
  ["with something behind it", `${encodeSnapshotCursor("orders", place)}AA`],
  ["without a key", encodeSnapshotCursor("orders", { ...place, key: "" })],
  [
    "with a key that is too long",
    encodeSnapshotCursor("orders", { ...place, key: "x".repeat(201) }),
  ],
  [
    "with a zero byte, which no database takes",
    encodeSnapshotCursor("orders", { ...place, key: "a\u0000" }),
  ],
  ["with no position", encodeSnapshotCursor("orders", { ...place, head: "01" as never })],
])("a cursor %s is refused", (_what, cursor) => {
  expect(() => decodeSnapshotCursor("orders", cursor)).toThrow(InvalidCursorError);
});

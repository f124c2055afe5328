import { openBooks, type OpenBooks } from "./testing/books.ts";

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks();
});
afterAll(() => books.close());

const closedUntil = () => books.system.periods.readClosedUntil(AbortSignal.timeout(10_000));

test("the books are open until somebody closes a period, and tell its last day then", async () => {
  expect(await closedUntil()).toBeNull();
  await books.control("PUT", "profile", { profiles: ["period-close"] });
  expect(await closedUntil()).toBe(new Date().toISOString().slice(0, 10));
  await books.control("PUT", "profile", { profiles: [] });
  expect(await closedUntil()).toBeNull();
});

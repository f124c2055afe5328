import { NotDurableError } from "../errors.ts";
import { proveDurable } from "./durability-proof.ts";

const committed = Buffer.from([90, 0, 0, 0, 5, 73]);
const refused = Buffer.concat([Buffer.from([69, 0, 0, 0, 13]), Buffer.from("Mno disk\0")]);

test("a database whose commits force nothing to disk is refused, with its directory", () => {
  const lying = { dataDir: "/data/a", execute: () => committed, countSyncs: () => 7 };
  expect(() => {
    proveDurable(lying);
  }).toThrow(NotDurableError);
  expect(() => {
    proveDurable(lying);
  }).toThrow("/data/a");
});

test("a sync before the commit proves nothing, one in the commit does", () => {
  let syncs = 0;
  const syncingOn = (word: string) => ({
    dataDir: "/data/a",
    execute: (request: Uint8Array) => {
      if (Buffer.from(request).includes(word)) syncs += 1;
      return committed;
    },
    countSyncs: () => syncs,
  });
  expect(() => {
    proveDurable(syncingOn("delete"));
  }).toThrow(NotDurableError);
  expect(() => {
    proveDurable(syncingOn("insert"));
  }).not.toThrow();
});

test("a statement that fails is told as it is", () => {
  const full = { dataDir: "/data/a", execute: () => refused, countSyncs: () => 0 };
  expect(() => {
    proveDurable(full);
  }).toThrow(/create schema.*no disk/);
});

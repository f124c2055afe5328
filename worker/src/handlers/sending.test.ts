import { releaseOrder } from "@crossdock/commands";
import type { Idempotency } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

const never = () => Promise.reject(new Error("Nothing is sent here."));
const handlerOver = (idempotency: Idempotency) =>
  defineSending(releaseOrder, {
    writer: { idempotency, settleMs: 0 },
    draftOf: () => Promise.resolve({}),
    find: never,
    create: never,
    done: () => ({ typename: "Shipment", id: "1" }),
  });

test.each([
  ["native", true],
  ["probe", true],
  ["none", false], // what is in doubt there waits for a person
] as const)("whether a source with idempotency %s is asked before a resend: %s", (of, isAsked) => {
  expect(handlerOver(of).canLookUp).toBe(isAsked);
});

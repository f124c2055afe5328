import { parseInstant, SCOPES_OF_ROLE, type Viewer } from "@crossdock/domain";
import type { ClientPolicies } from "@crossdock/gateway";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createPartnerDirectory } from "@crossdock/partners";
import {
  createPauseBook,
  createPauseDirectory,
  type PauseBook,
  type PauseDirectory,
} from "@crossdock/processes";
import { createLogger, systemClock as clock } from "@crossdock/runtime";
import { createClientPolicies } from "./client-policies.ts";

const logger = createLogger({ name: "test", level: "silent" });
const by = { actor: "ann", correlationId: "c1" };
/** An application with which nothing is agreed. */
const viewer: Viewer = {
  id: "u1",
  name: "Ann",
  clientId: "portal-app",
  role: "portal",
  scopes: SCOPES_OF_ROLE.portal,
  customers: [],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
};
const PARTNER = { scope: "PARTNER", name: "portal-app" } as const;
const LANE = { scope: "LANE", name: "erp" } as const;

let opened: TestLedger;
let book: PauseBook;
let pauses: PauseDirectory;
let policies: ClientPolicies;
beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  book = createPauseBook({ ledger, clock, ring: { due: () => undefined } });
  pauses = createPauseDirectory({ ledger, clock, logger });
  policies = createClientPolicies(createPartnerDirectory({ ledger, clock, logger }), pauses, {});
});
afterAll(() => opened.close());

const isSuspended = async () => {
  await pauses.refresh();
  return policies.policyOf(viewer).isSuspended;
};

test("whoever is paused is as if suspended, also an application without terms with us", async () => {
  await book.pause(LANE, "Month end", by);
  expect(await isSuspended()).toBe(false);
  await book.pause(PARTNER, "It sends nonsense", by);
  expect(await isSuspended()).toBe(true);
  await book.resume(PARTNER, by);
  await book.resume(LANE, by);
  expect(await isSuspended()).toBe(false);
});

test("what is open for somebody who is paused is looked at again, and nothing else is", async () => {
  const told: string[] = [];
  const silence = policies.onChange((clientId) => told.push(clientId));
  await book.pause(PARTNER, "It sends nonsense", by);
  await book.pause(LANE, "Month end", by);
  await pauses.refresh();
  silence();
  await book.resume(PARTNER, by);
  await pauses.refresh();
  expect(told).toEqual(["portal-app"]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { problemOf, statusOf } from "./shipment-status.ts";

const facts = JSON.parse(
  readFileSync(
    join(__dirname, "../../../sandbox/contracts/shipbob/shipbob-2026-01.facts.json"),
    "utf8",
  ),
) as { statusToCanonical: Record<string, string>; enums: Record<string, string[]> };

const shipment = (status: string, detail?: string, description: string | null = null) => ({
  id: 1,
  order_id: 1,
  status,
  status_details: detail === undefined ? [] : [{ name: detail, description }],
});

test.each(Object.entries(facts.statusToCanonical))("%s means %s", (word, canonical) => {
  expect(statusOf(shipment(word))).toBe(canonical);
});

test.each(facts.enums["shipment.status"] ?? [])("%s is understood", (word) => {
  expect(problemOf(shipment(word)) === null || /Exception|OnHold/.test(word)).toBe(true);
});

test.each([
  ["Processing", "Picked", "PICKED"],
  ["Processing", "Packed", "PACKED"],
  ["Processing", "Labeled", "PACKED"],
  ["LabeledCreated", "Labeled", "PACKED"],
  ["Completed", "Processing", "SHIPPED"],
  ["Completed", "InTransit", "IN_TRANSIT"],
  ["Completed", "OutForDelivery", "OUT_FOR_DELIVERY"],
  ["Completed", "Delivered", "DELIVERED"],
  ["Completed", "DeliveryException", "EXCEPTION"],
  ["Exception", "Delivered", "EXCEPTION"],
])("%s with detail %s means %s", (status, detail, canonical) => {
  expect(statusOf(shipment(status, detail))).toBe(canonical);
});

test("a word that is new to us is a problem for a person", () => {
  expect(statusOf(shipment("Teleported"))).toBe("EXCEPTION");
  expect(problemOf(shipment("Teleported"))).toBe("The warehouse reports Teleported.");
});

test("a problem is told as a clerk would say it, with what the warehouse says; in its words where we have none", () => {
  expect(problemOf(shipment("Exception", "OutOfStock", "No Stock On Hand For Sku A"))).toBe(
    "The warehouse is out of stock: No Stock On Hand For Sku A",
  );
  expect(problemOf(shipment("OnHold", "InvalidAddress"))).toBe(
    "The warehouse cannot ship to the address",
  );
  expect(problemOf(shipment("OnHold", "Quarantine", "Lot under review"))).toBe("Lot under review");
});

test("what is cancelled because nothing was left says what was missing; otherwise nothing is wrong with it", () => {
  expect(problemOf(shipment("Cancelled", "Damaged", "3 of A damaged"))).toBe("3 of A damaged.");
  expect(problemOf(shipment("Cancelled"))).toBeNull();
});

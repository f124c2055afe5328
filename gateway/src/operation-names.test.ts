import type { Instant, Viewer } from "@crossdock/domain";
import { createOperationLabel } from "./operation-names.ts";

const viewer: Viewer = {
  id: "user-1",
  name: "Pat",
  clientId: "test",
  role: "portal",
  scopes: [],
  customers: "all",
  expiresAt: "2026-11-21T08:00:00Z" as Instant,
};

test("an operation is counted by its name, or as anonymous", () => {
  const labelOf = createOperationLabel();
  expect(labelOf("Catalogue", viewer)).toBe("Catalogue");
  expect(labelOf(undefined, viewer)).toBe("anonymous");
});

test("names beyond the room there is are counted together, the ones before as ever", () => {
  const labelOf = createOperationLabel(2);
  const labels = ["A", "B", "C", "A"].map((name) => labelOf(name, viewer));
  expect(labels).toEqual(["A", "B", "other", "A"]);
  expect(createOperationLabel()("N".repeat(10_000), viewer)).toBe("other");
});

test("somebody unknown cannot use up the names", () => {
  const labelOf = createOperationLabel(1);
  expect(labelOf("Junk", null)).toBe("other");
  expect(labelOf("Catalogue", viewer)).toBe("Catalogue");
  expect(labelOf("Catalogue", null)).toBe("Catalogue");
});

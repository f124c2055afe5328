import { readFileSync } from "node:fs";
import { join } from "node:path";
import { licenceFault } from "./allowed-licences.ts";
import { judgeAudit, recordedAdvisories } from "./judge-audit.ts";
import { productionPackages } from "./locked-packages.ts";

const lock = readFileSync(join(__dirname, "../package-lock.json"), "utf8");
const packages = productionPackages(lock);

test("what the program is delivered with is listed, development tools and our own packages are not", () => {
  const names = packages.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["fastify", "@apollo/gateway", "jose", "zod"]));
  expect(names).not.toContain("jest");
  expect(names.filter((name) => name.startsWith("@crossdock/"))).toEqual([]);
  expect(names).toEqual([...names].sort());
});

test("every licence is allowed", () => {
  expect(packages.map(licenceFault).filter((fault) => fault !== null)).toEqual([]);
});

test.each([
  [{ name: "a", version: "1.0.0", licence: null }, /does not say/],
  [{ name: "a", version: "1.0.0", licence: "GPL-3.0-only" }, /GPL-3.0-only/],
  [{ name: "a", version: "1.0.0", licence: "Elastic-2.0" }, /nobody has looked at/],
])("a package is not delivered under a licence that nobody has looked at: %j", (one, fault) => {
  expect(licenceFault(one)).toMatch(fault);
});

const ADVISORY = {
  source: 1,
  name: "qs",
  dependency: "qs",
  title: "takes too much memory",
  url: "https://github.com/advisories/GHSA-aaaa-bbbb-cccc",
  severity: "high",
  range: "<1.0.0",
};
/** As npm prints it. */
const reportOf = (severity: string) => ({
  auditReportVersion: 2,
  vulnerabilities: {
    qs: { name: "qs", severity, via: [{ ...ADVISORY, severity }], effects: ["body-parser"] },
    "body-parser": { name: "body-parser", severity, via: ["qs"], effects: [] },
  },
  metadata: {},
});
const RECORD = {
  "GHSA-aaaa-bbbb-cccc": {
    package: "qs",
    why: "Nothing that a client sends is parsed by it.",
    recordedOn: "2026-11-22",
  },
};

test.each(["high", "critical"])(
  "an advisory of %s severity is open until it is recorded",
  (severity) => {
    expect(judgeAudit(reportOf(severity), {})).toEqual({
      kind: "judged",
      open: [
        `qs <1.0.0: takes too much memory (${severity}, https://github.com/advisories/GHSA-aaaa-bbbb-cccc)`,
      ],
      gone: [],
    });
    expect(judgeAudit(reportOf(severity), RECORD)).toEqual({ kind: "judged", open: [], gone: [] });
  },
);

test("a lesser advisory is not open, and a record of one that is gone is told", () => {
  expect(judgeAudit(reportOf("moderate"), {})).toMatchObject({ open: [] });
  expect(judgeAudit({ vulnerabilities: {} }, RECORD)).toEqual({
    kind: "judged",
    open: [],
    gone: ["GHSA-aaaa-bbbb-cccc"],
  });
});

test("a registry that cannot be asked is not taken for one that knows of nothing", () => {
  expect(judgeAudit({ message: "405 Method Not Allowed", error: {} }, {})).toEqual({
    kind: "unreachable",
    why: "405 Method Not Allowed",
  });
});

test("what is recorded says of which package, why and since when", () => {
  const text = readFileSync(join(__dirname, "../docs/security/advisories.json"), "utf8");
  expect(() => recordedAdvisories.parse(JSON.parse(text))).not.toThrow();
  expect(recordedAdvisories.safeParse({ x: { package: "a", why: "b" } }).success).toBe(false);
});

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { judgeAudit, recordedAdvisories } from "./judge-audit.ts";

/**
 * `npm run audit:check`: exits with 1 when the registry knows of a high or critical advisory on what the program is
 * delivered with, and docs/security/advisories.json does not say why it does not reach us. Where the registry's audit
 * cannot be asked it says so, and ends with 0: that is no fault of what is checked.
 */
const ROOT = fileURLToPath(new URL("../", import.meta.url));
const RECORDED = "docs/security/advisories.json";
const TIMEOUT_MS = 60_000;
const MAX_BYTES = 64 * 1024 * 1024;

const recorded = recordedAdvisories.parse(
  JSON.parse(await readFile(join(ROOT, RECORDED), "utf8")) as unknown,
);
const verdict = judgeAudit(await audit(), recorded);
if (verdict.kind === "unreachable") {
  process.stderr.write(
    `The registry's audit cannot be asked: ${verdict.why}. Nothing was checked.\n`,
  );
} else {
  for (const id of verdict.gone)
    process.stderr.write(`${id} is recorded in ${RECORDED} and told no more.\n`);
  for (const one of verdict.open)
    process.stderr.write(`${one}: update it, or say in ${RECORDED} why it does not reach us.\n`);
  process.stdout.write(`${String(verdict.open.length)} high or critical advisories are open.\n`);
  process.exitCode = Math.min(verdict.open.length, 1);
}

/** npm exits with 1 when it has found something: what it prints counts. */
function audit(): Promise<unknown> {
  return new Promise((resolve) => {
    execFile(
      "npm",
      ["audit", "--omit=dev", "--json"],
      { cwd: ROOT, timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES },
      (error, stdout) => {
        try {
          resolve(JSON.parse(stdout) as unknown);
        } catch {
          resolve({ message: error?.message ?? "npm printed nothing" });
        }
      },
    );
  });
}

import { z } from "zod";

/** A package of somebody else that the program is delivered with. */
export type LockedPackage = {
  readonly name: string;
  readonly version: string;
  /** As it says itself, an SPDX expression; `null` when it says nothing. */
  readonly licence: string | null;
};

const FOLDER = "node_modules/";
const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      link: z.boolean().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});

/**
 * What package-lock.json installs besides our own packages and what only development needs, by name and version. The
 * lock has the packages of every platform; a list of what is installed would differ from machine to machine.
 * @param text of package-lock.json, version 3
 */
export function productionPackages(text: string): LockedPackage[] {
  const { packages } = lockfile.parse(JSON.parse(text));
  const found = new Map<string, LockedPackage>();
  for (const [path, { version = "", license, link, dev }] of Object.entries(packages)) {
    const at = path.lastIndexOf(FOLDER);
    if (at < 0 || link === true || dev === true) continue;
    const name = path.slice(at + FOLDER.length);
    found.set(`${name}@${version}`, { name, version, licence: license ?? null });
  }
  return [...found.values()].sort(
    (left, right) => order(left.name, right.name) || order(left.version, right.version),
  );
}

function order(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

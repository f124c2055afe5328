import type { LockedPackage } from "./locked-packages.ts";

/** Licences that ask for no more than that their text is passed on. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BlueOak-1.0.0",
  "Unlicense",
  "(MIT AND BSD-3-Clause)",
]);

/** Licences that ask for more, each for the packages that were looked at. */
const BY_PACKAGE: Readonly<Record<string, { readonly packages: RegExp; readonly why: string }>> = {
  "Elastic-2.0": {
    packages:
      /^@apollo\/(composition|federation-internals|gateway|query-graphs|query-planner|subgraph)$/,
    why: "may be used, changed and passed on, but not offered to others as a hosted service of its own; a distributor that serves its own API does not do that",
  },
};

/** @returns why a package may not be delivered; `null` when it may */
export function licenceFault({ name, version, licence }: LockedPackage): string | null {
  const which = `${name}@${version}`;
  if (licence === null) return `${which} does not say under which licence it is.`;
  if (PERMISSIVE.has(licence)) return null;
  if (BY_PACKAGE[licence]?.packages.test(name) === true) return null;
  return `${which} is under ${licence}, which nobody has looked at for it: see dependencies/allowed-licences.ts.`;
}

/** What has to be known of a licence that is not permissive. */
export function conditionOf(licence: string): string | null {
  return BY_PACKAGE[licence]?.why ?? null;
}

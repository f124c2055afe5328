import { z } from "zod";

/** Why an advisory does not reach us, by its GitHub id. */
export const recordedAdvisories = z.record(
  z.string().regex(/^GHSA-[\w-]+$/),
  z.strictObject({
    package: z.string().min(1),
    /** Why what it says cannot happen here. */
    why: z.string().min(20),
    recordedOn: z.iso.date(),
  }),
);
export type RecordedAdvisories = z.output<typeof recordedAdvisories>;

export type AuditVerdict =
  /** The registry did not say anything. */
  | { readonly kind: "unreachable"; readonly why: string }
  | {
      readonly kind: "judged";
      /** Of high or critical severity, and nobody has looked at them. */
      readonly open: readonly string[];
      /** Ids that are recorded and that the registry does not tell any more. */
      readonly gone: readonly string[];
    };

const advisory = z.object({
  name: z.string(),
  title: z.string(),
  url: z.string(),
  severity: z.string(),
  range: z.string(),
});
const report = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({ via: z.array(z.union([z.string(), advisory])) }),
  ),
});
const failure = z.object({ message: z.string() });
const GRAVE = new Set(["high", "critical"]);
const ID = /GHSA-[\w-]+/;

/** @param told what `npm audit --omit=dev --json` prints */
export function judgeAudit(told: unknown, recorded: RecordedAdvisories): AuditVerdict {
  const { success, data } = report.safeParse(told);
  if (!success) {
    const why = failure.safeParse(told).data?.message ?? "it answers in another way than npm does";
    return { kind: "unreachable", why };
  }
  // A package that is affected through another one names that one as a text.
  const advisories = Object.values(data.vulnerabilities)
    .flatMap(({ via }) => via)
    .filter((cause) => typeof cause !== "string");
  const idOf = ({ url }: z.output<typeof advisory>) => ID.exec(url)?.[0] ?? url;
  const grave = advisories.filter(({ severity }) => GRAVE.has(severity));
  const stillTold = new Set(advisories.map(idOf));
  return {
    kind: "judged",
    open: [
      ...new Set(
        grave
          .filter((one) => !Object.hasOwn(recorded, idOf(one)))
          .map((one) => `${one.name} ${one.range}: ${one.title} (${one.severity}, ${one.url})`),
      ),
    ],
    gone: Object.keys(recorded).filter((id) => !stillTold.has(id)),
  };
}

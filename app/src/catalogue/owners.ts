import { z } from "zod";

const text = z.string().min(1);
const contract = z.strictObject({ owner: text, changes: text });
/** What is asked of it by those who depend on it. */
const need = { steward: text, criticality: z.enum(["high", "medium", "low"]), latency: text };

const owners = z.strictObject({
  teams: z.record(z.string(), z.strictObject({ name: text, contact: text, escalation: text })),
  changeRules: z.record(z.string(), z.strictObject({ notice: text, approval: text })),
  capabilities: z.record(
    z.string(),
    contract.extend({
      ...need,
      slo: z.strictObject({ availability: text, target: text }),
    }),
  ),
  events: z.record(z.string(), contract),
  commands: z.record(z.string(), contract),
  sources: z.record(z.string(), contract.extend({ ...need, system: text })),
});

/** Who answers for what: see schema/owners.yaml. */
export type Owners = z.output<typeof owners>;

/** @throws {z.ZodError} it does not have that shape */
export function parseOwners(value: unknown): Owners {
  return owners.parse(value);
}

/** What there is to own, by its names in the code. */
export type Ownable = {
  readonly capabilities: readonly string[];
  /** The owners that event types name. */
  readonly events: readonly string[];
  /** The subgraphs that command types begin with. */
  readonly commands: readonly string[];
  readonly sources: readonly string[];
};

const PARTS = ["capabilities", "events", "commands", "sources"] as const;

/** @returns a sentence for each thing without an owner, and for each name that nothing has; none when all is well */
export function findOwnerFaults(kept: Owners, ownable: Ownable): string[] {
  return PARTS.flatMap((part) => {
    const entries = Object.entries(kept[part]);
    const named = new Set(entries.map(([name]) => name));
    return [
      ...ownable[part]
        .filter((name) => !named.has(name))
        .map((name) => `${part}: ${name} has no owner.`),
      ...[...named]
        .filter((name) => !ownable[part].includes(name))
        .map((name) => `${part}: there is no ${name}.`),
      ...entries.flatMap(([name, { owner, changes }]) => [
        ...(owner in kept.teams ? [] : [`${part}: ${name} belongs to ${owner}, who is no team.`]),
        ...(changes in kept.changeRules
          ? []
          : [`${part}: ${name} changes by ${changes}, which is no rule.`]),
      ]),
    ];
  });
}

/** One way in which the gateway runs: what crossdock.yaml has below `gateway`. */
export type Variant = { readonly name: string; readonly gateway: object };

/** Each has one thing more than the one before it. */
export const VARIANTS: readonly Variant[] = [
  { name: "stock", gateway: { executor: "stock", directPath: false, coalesce: false } },
  { name: "compiled", gateway: { executor: "compiled", directPath: false, coalesce: false } },
  { name: "direct", gateway: { executor: "compiled", directPath: true, coalesce: false } },
  { name: "coalesced", gateway: { executor: "compiled", directPath: true, coalesce: true } },
];

/** @param raw their names with commas between them @throws {Error} there is no such variant */
export function variantsNamed(raw: string | undefined): readonly Variant[] {
  if (raw === undefined) return VARIANTS;
  return raw.split(",").map((name) => {
    const variant = VARIANTS.find((one) => one.name === name);
    if (variant !== undefined) return variant;
    throw new Error(
      `--variants names some of ${VARIANTS.map((one) => one.name).join(", ")}: ${name}`,
    );
  });
}

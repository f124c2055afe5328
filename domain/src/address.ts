/** A postal address. `country` is ISO 3166-1 alpha-2. */
export type Address = {
  readonly name: string | null;
  readonly lines: readonly string[];
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string;
};

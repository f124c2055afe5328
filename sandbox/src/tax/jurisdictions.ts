/** Where goods are delivered, as far as tax asks. */
export type TaxPlace = {
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
};

export type Jurisdiction = {
  readonly jurisType: "State" | "County" | "City";
  readonly jurisCode: string;
  readonly jurisName: string;
  readonly taxName: string;
  /** In hundred-thousandths: 5750 is 5.75 %. */
  readonly rate: number;
  readonly taxesFreight: boolean;
};

export const RATE_SCALE = 100_000;

/** The general rate of each state in 2026; the local ones below are the sandbox's own invention. */
const STATES: Readonly<Record<string, { readonly name: string; readonly rate: number }>> = {
  AL: { name: "ALABAMA", rate: 4_000 },
  AK: { name: "ALASKA", rate: 0 },
  AZ: { name: "ARIZONA", rate: 5_600 },
  AR: { name: "ARKANSAS", rate: 6_500 },
  CA: { name: "CALIFORNIA", rate: 6_000 },
  CO: { name: "COLORADO", rate: 2_900 },
  CT: { name: "CONNECTICUT", rate: 6_350 },
  DC: { name: "DISTRICT OF COLUMBIA", rate: 6_000 },
  DE: { name: "DELAWARE", rate: 0 },
  FL: { name: "FLORIDA", rate: 6_000 },
  GA: { name: "GEORGIA", rate: 4_000 },
  HI: { name: "HAWAII", rate: 4_000 },
  IA: { name: "IOWA", rate: 6_000 },
  ID: { name: "IDAHO", rate: 6_000 },
  IL: { name: "ILLINOIS", rate: 6_250 },
  IN: { name: "INDIANA", rate: 7_000 },
  KS: { name: "KANSAS", rate: 6_500 },
  KY: { name: "KENTUCKY", rate: 6_000 },
  LA: { name: "LOUISIANA", rate: 5_000 },
  MA: { name: "MASSACHUSETTS", rate: 6_250 },
  MD: { name: "MARYLAND", rate: 6_000 },
  ME: { name: "MAINE", rate: 5_500 },
  MI: { name: "MICHIGAN", rate: 6_000 },
  MN: { name: "MINNESOTA", rate: 6_875 },
  MO: { name: "MISSOURI", rate: 4_225 },
  MS: { name: "MISSISSIPPI", rate: 7_000 },
  MT: { name: "MONTANA", rate: 0 },
  NC: { name: "NORTH CAROLINA", rate: 4_750 },
  ND: { name: "NORTH DAKOTA", rate: 5_000 },
  NE: { name: "NEBRASKA", rate: 5_500 },
  NH: { name: "NEW HAMPSHIRE", rate: 0 },
  NJ: { name: "NEW JERSEY", rate: 6_625 },
  NM: { name: "NEW MEXICO", rate: 4_875 },
  NV: { name: "NEVADA", rate: 4_600 },
  NY: { name: "NEW YORK", rate: 4_000 },
  OH: { name: "OHIO", rate: 5_750 },
  OK: { name: "OKLAHOMA", rate: 4_500 },
  OR: { name: "OREGON", rate: 0 },
  PA: { name: "PENNSYLVANIA", rate: 6_000 },
  RI: { name: "RHODE ISLAND", rate: 7_000 },
  SC: { name: "SOUTH CAROLINA", rate: 6_000 },
  SD: { name: "SOUTH DAKOTA", rate: 4_200 },
  TN: { name: "TENNESSEE", rate: 7_000 },
  TX: { name: "TEXAS", rate: 6_250 },
  UT: { name: "UTAH", rate: 4_850 },
  VA: { name: "VIRGINIA", rate: 4_300 },
  VT: { name: "VERMONT", rate: 6_000 },
  WA: { name: "WASHINGTON", rate: 6_500 },
  WI: { name: "WISCONSIN", rate: 5_000 },
  WV: { name: "WEST VIRGINIA", rate: 6_000 },
  WY: { name: "WYOMING", rate: 4_000 },
};

/** States that tax what is charged for the way. */
const FREIGHT_STATES: ReadonlySet<string> = new Set(["GA", "NE", "NJ", "OH", "TX", "WA"]);
const COUNTY_STEP = 250;
const COUNTY_STEPS = 7;
const CITY_STEP = 125;
const CITY_STEPS = 5;

/**
 * Who levies sales tax there, the state first; empty where nobody does. The county's part follows from the first three
 * digits of the postal code, the city's from its name: the same place always has the same rates.
 * @returns `null` for a state that does not exist
 */
export function jurisdictionsOf(place: TaxPlace): readonly Jurisdiction[] | null {
  const region = place.region.toUpperCase();
  const state = STATES[region];
  if (state === undefined) return null;
  if (state.rate === 0) return [];
  const taxesFreight = FREIGHT_STATES.has(region);
  const area = place.postalCode.slice(0, 3);
  const city = place.city.toUpperCase();
  const all: Jurisdiction[] = [
    {
      jurisType: "State",
      jurisCode: region,
      jurisName: state.name,
      taxName: `${region} STATE TAX`,
      rate: state.rate,
      taxesFreight,
    },
    {
      jurisType: "County",
      jurisCode: area,
      jurisName: `COUNTY ${area}`,
      taxName: `${region} COUNTY TAX`,
      rate: (sumOfCodes(area) % COUNTY_STEPS) * COUNTY_STEP,
      taxesFreight,
    },
    {
      jurisType: "City",
      jurisCode: city.slice(0, 5),
      jurisName: city,
      taxName: `${region} CITY TAX`,
      rate: (sumOfCodes(city) % CITY_STEPS) * CITY_STEP,
      taxesFreight,
    },
  ];
  return all.filter(({ rate }) => rate > 0);
}

function sumOfCodes(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
}

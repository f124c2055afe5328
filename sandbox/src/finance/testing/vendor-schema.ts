import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv, { type ErrorObject } from "ajv";
import { parse } from "yaml";

const CONTRACTS = join(__dirname, "../../../contracts/xero");
/** What the vendor sends although its description does not name it. */
const UNNAMED = ["DateString", "DueDateString", "Id", "Status", "ProviderName", "DateTimeUTC"];

type Schema = { properties?: Record<string, unknown>; additionalProperties?: boolean };

/** Names and types of the vendor's published description; a name that is not in it is an error. */
export function createVendorSchema(file: string) {
  const description = parse(readFileSync(join(CONTRACTS, file), "utf8")) as {
    components: { schemas: Record<string, Schema> };
  };
  for (const schema of Object.values(description.components.schemas)) closeSchema(schema);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(description, "vendor");
  return {
    /** @returns what is wrong with `value` as an answer of the vendor; empty when nothing is */
    errorsOf(schema: string, value: unknown): string[] {
      const validate = ajv.getSchema(`vendor#/components/schemas/${schema}`);
      if (validate === undefined) throw new Error(`The description has no ${schema}.`);
      return validate(value) === true ? [] : (validate.errors ?? []).map(explain);
    },
  };
}

function closeSchema(schema: Schema): void {
  if (schema.properties === undefined) return;
  schema.additionalProperties = false;
  for (const name of UNNAMED) schema.properties[name] ??= {};
}

function explain(error: ErrorObject): string {
  return `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`;
}

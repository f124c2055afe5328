import { etagOf, type Fields, type Row, type Value } from "../data/row.ts";
import { badRequest } from "./error.ts";
import { navigationOf, type EntitySet } from "./entity-set.ts";
import type { Shape } from "./query-options.ts";

export type Rendered = { [property: string]: Value | Rendered | Rendered[] | null };

/** A record as JSON: its etag, the selected properties, the expanded navigations. */
export function renderRow(
  set: EntitySet,
  row: Row,
  shape: Shape,
  flowFilters: ReadonlyMap<string, string> = new Map(),
): Rendered {
  const { select } = shape;
  const isCalculated = select === null || set.calculated?.some((name) => select.has(name));
  const fields = (isCalculated && set.project?.(row.fields, flowFilters)) || row.fields;
  const rendered: Rendered = { "@odata.etag": etagOf(row), ...selected(set, fields, shape) };
  for (const [name, inner] of shape.expand) {
    const navigation = navigationOf(set, name);
    const related = navigation.of(row).map((one) => renderRow(navigation.set, one, inner));
    rendered[name] = navigation.many ? related : (related[0] ?? null);
  }
  return rendered;
}

function selected(set: EntitySet, fields: Fields, { select, expand }: Shape): Fields {
  const { properties, entityName } = set.facts;
  const chosen: Record<string, Value> = {};
  for (const name of select ?? properties.keys()) {
    const value = fields[name];
    if (value !== undefined && properties.has(name)) chosen[name] = value;
    else if (!expand.has(name) && set.navigations[name] === undefined) {
      throw badRequest(
        `Could not find a property named '${name}' on type 'Microsoft.NAV.${entityName}'.`,
      );
    }
  }
  return chosen;
}

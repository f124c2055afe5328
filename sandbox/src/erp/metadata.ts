import { readFileSync } from "node:fs";
import type { EntitySet } from "./odata/entity-set.ts";

const CSDL_FILE = new URL(
  "../../contracts/business-central/api-v2.0.subset.csdl.xml",
  import.meta.url,
);

/** `$metadata` of the standard API, as the contract file has it. */
export function apiMetadata(): string {
  return readFileSync(CSDL_FILE, "utf8");
}

/** `$metadata` of the published pages: which services there are, and their properties. */
export function pagesMetadata(pages: Readonly<Record<string, EntitySet>>): string {
  const types = Object.values(pages).map(({ facts }) => {
    const properties = [...facts.properties.values()].map(
      ({ name, type }) => `<Property Name="${name}" Type="Edm.${isText(type) ? "String" : type}"/>`,
    );
    return `<EntityType Name="${facts.entityName}">${properties.join("")}</EntityType>`;
  });
  const sets = Object.keys(pages).map(
    (name) => `<EntitySet Name="${name}" EntityType="NAV.${name}"/>`,
  );
  return (
    `<?xml version="1.0" encoding="utf-8"?>` +
    `<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">` +
    `<edmx:DataServices><Schema Namespace="NAV" xmlns="http://docs.oasis-open.org/odata/ns/edm">` +
    `${types.join("")}<EntityContainer Name="NAV">${sets.join("")}</EntityContainer>` +
    `</Schema></edmx:DataServices></edmx:Edmx>`
  );
}

const isText = (type: string) => type === "Code" || type === "Enum";

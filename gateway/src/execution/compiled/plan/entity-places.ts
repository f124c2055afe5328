import type { ResponsePath } from "@apollo/query-planner";
import { generate, plainName, property } from "../generated-code.ts";
import { Unsupported } from "../unsupported.ts";
import type { Entity } from "./entity.ts";

/**
 * Finds the objects that a fetch is about, in the order of the answer. Nulls are left out.
 * @throws {TypeError} a subgraph gave a list where there is none, or none where there is one
 */
export type FindEntities = (data: Readonly<Entity>) => Entity[];

/** The name of a step of a path into each entry of a list. */
export const EACH = "@";

/**
 * @param path response names, and `@` for each level of lists
 * @throws {Unsupported} a step of another kind, or a name that objects inherit
 */
export function compileFindEntities(path: ResponsePath, canGenerate: boolean): FindEntities {
  const steps = path.map((step) => {
    if (typeof step !== "string" || step.includes("|")) {
      throw new Unsupported("plan", `the path ${path.join(".")}`);
    }
    return plainName(step);
  });
  return canGenerate ? generateFindEntities(steps) : (data) => findEntities(data, steps);
}

function findEntities(data: Readonly<Entity>, steps: readonly string[]): Entity[] {
  const found: Entity[] = [];
  function descend(value: unknown, at: number): void {
    if (value === null || value === undefined) return;
    const step = steps[at];
    if (step === undefined) addFound(found, value);
    else if (step !== EACH) descend(fieldOf(value, step), at + 1);
    else for (const entry of listOf(value)) descend(entry, at + 1);
  }
  descend(data, 0);
  return found;
}

/** Loops within loops, one for each level of lists. */
function generateFindEntities(steps: readonly string[]): FindEntities {
  const innermost = `addFound(found, v${String(steps.length)});`;
  const body = steps.reduceRight((inner, step, at) => {
    const value = `v${String(at)}`;
    const next = `v${String(at + 1)}`;
    const guarded = `if (${next} !== null && ${next} !== undefined) { ${inner} }`;
    if (step !== EACH) {
      const key = property(step);
      return `
        const ${next} = Array.isArray(${value}) ? fieldOf(${value}, ${key}) : ${value}[${key}];
        ${guarded}`;
    }
    const index = `i${String(at)}`;
    const list = `list${String(at)}`;
    return `
      const ${list} = listOf(${value});
      for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {
        const ${next} = ${list}[${index}];
        ${guarded}
      }`;
  }, innermost);
  const source = `return (v0) => { const found = []; ${body} return found; };`;
  return generate<FindEntities>(source, { addFound, fieldOf, listOf });
}

/** Where a path ends in a list, it means the entries. */
function addFound(found: Entity[], value: unknown): void {
  if (!Array.isArray(value)) {
    found.push(value as Entity);
    return;
  }
  for (const entry of value) {
    if (entry !== null && entry !== undefined) found.push(entry as Entity);
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (!Array.isArray(value)) return (value as Entity)[name];
  throw new TypeError(`Unexpected array in result for path element ${name}`);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError("Expected an array in result for path element @");
}

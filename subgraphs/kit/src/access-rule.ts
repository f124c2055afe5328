import { ForbiddenError, UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import { valueFromASTUntyped, type ConstDirectiveNode } from "graphql";

/** What a viewer must hold: every one of `alternatives` is a list of which one inner list is enough. */
export type AccessRule = {
  readonly needsViewer: boolean;
  /** One entry per `@requiresScopes` that applies; each is "one of these sets of scopes". */
  readonly scopeChoices: readonly (readonly (readonly string[])[])[];
};

const OPEN: AccessRule = { needsViewer: false, scopeChoices: [] };

/** The rule that a field's, its parent's and its return type's directives make together. */
export function accessRuleOf(
  directives: readonly ConstDirectiveNode[],
  isRootField: boolean,
): AccessRule {
  return directives.reduce<AccessRule>(
    (rule, directive) => {
      switch (directive.name.value) {
        case "authenticated":
          return { ...rule, needsViewer: true };
        case "requiresScopes":
          return { needsViewer: true, scopeChoices: [...rule.scopeChoices, scopesOf(directive)] };
        default:
          return rule;
      }
    },
    isRootField ? { ...OPEN, needsViewer: true } : OPEN,
  );
}

/**
 * @throws {UnauthenticatedError} nobody is asking and somebody has to
 * @throws {ForbiddenError} the viewer lacks a scope
 */
export function enforce(rule: AccessRule, viewer: Viewer | null): void {
  if (!rule.needsViewer) return;
  if (viewer === null) throw new UnauthenticatedError();
  for (const choices of rule.scopeChoices) {
    const granted = choices.some((scopes) =>
      scopes.every((scope) => viewer.scopes.includes(scope)),
    );
    if (!granted)
      throw new ForbiddenError(choices.map((scopes) => scopes.join(" and ")).join(" or "));
  }
}

/** A directive that does not read as lists of scopes lets nobody pass. */
function scopesOf(directive: ConstDirectiveNode): readonly (readonly string[])[] {
  const argument = directive.arguments?.find(({ name }) => name.value === "scopes");
  const value: unknown = argument === undefined ? null : valueFromASTUntyped(argument.value);
  return Array.isArray(value) && value.every(isListOfText) ? value : [];
}

function isListOfText(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === "string")
  );
}

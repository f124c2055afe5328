import { parse, print, visit } from "graphql";

const HEADER = `# The schema as it was last released: what \`npm run schema:check\` compares with. Written by
# \`npm run schema:check -- --release\` when a release is made; prose is left out.
`;

/** What is kept of a released supergraph: all of it but the descriptions. */
export function releasedSchemaOf(supergraphSdl: string): string {
  const bare = visit(parse(supergraphSdl, { noLocation: true }), {
    enter: (node) => ("description" in node ? { ...node, description: undefined } : undefined),
  });
  return `${HEADER}${print(bare)}\n`;
}

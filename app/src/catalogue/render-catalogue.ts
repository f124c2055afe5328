import type { Catalogue, CommandEntry, EventEntry, OperationEntry } from "./catalogue.ts";

type Cell = string;
type Table = { readonly head: readonly string[]; readonly rows: readonly (readonly Cell[])[] };

/** One page without scripts: who answers for what, and what others may build on. The same catalogue gives the same text. */
export function renderCatalogue(catalogue: Catalogue): string {
  const { operations, events, commands } = catalogue;
  const kinds = ["Query", "Mutation", "Subscription"] as const;
  const sections = [
    section("contracts", "Contracts", contractTable(catalogue)),
    section("teams", "Teams and escalation", teamTable(catalogue)),
    section("changes", "How contracts change", changeTable(catalogue)),
    ...kinds.map((kind) =>
      section(
        kind.toLowerCase(),
        `Operations: ${kind}`,
        operationTable(
          operations.filter((operation) => operation.kind === kind),
          catalogue,
        ),
      ),
    ),
    section("events", "Events", eventTable(events, catalogue)),
    section("commands", "Commands", commandTable(commands, catalogue)),
    section("sources", "Sources", sourceTable(catalogue)),
  ];
  return page(sections);
}

function contractTable({ owners, capabilities }: Catalogue): Table {
  return {
    head: [
      "Capability",
      "What it is",
      "Owner",
      "Data steward",
      "Criticality",
      "Latency",
      "SLO",
      "Changes",
    ],
    rows: Object.entries(owners.capabilities).map(([name, entry]) => [
      anchor(name),
      escaped(capabilities[name]?.summary ?? ""),
      teamOf(owners, entry.owner),
      escaped(entry.steward),
      entry.criticality,
      escaped(entry.latency),
      escaped(`${entry.slo.availability}; ${entry.slo.target}`),
      entry.changes,
    ]),
  };
}

function teamTable({ owners }: Catalogue): Table {
  return {
    head: ["Team", "Contact", "Escalation"],
    rows: Object.values(owners.teams).map((team) =>
      [team.name, team.contact, team.escalation].map(escaped),
    ),
  };
}

function changeTable({ owners }: Catalogue): Table {
  return {
    head: ["Rule", "Notice", "Approval"],
    rows: Object.entries(owners.changeRules).map(([name, rule]) =>
      [name, rule.notice, rule.approval].map(escaped),
    ),
  };
}

function operationTable(operations: readonly OperationEntry[], { owners }: Catalogue): Table {
  return {
    head: [
      "Operation",
      "What it does",
      "Capability",
      "Owner",
      "For",
      "Scopes",
      "Points",
      "Source calls",
      "Subgraph",
    ],
    rows: operations.map((operation) => [
      `<code>${operation.place.split(".")[1] ?? ""}</code>${operation.isDeprecated ? " (deprecated)" : ""}`,
      escaped(operation.summary),
      `<a href="#${operation.capability}">${operation.capability}</a>`,
      teamOf(owners, owners.capabilities[operation.capability]?.owner ?? ""),
      operation.audiences.length === 0 ? "all" : operation.audiences.join(", "),
      operation.scopes.map((group) => group.join(" + ")).join(" or ") || "as its type",
      String(operation.cost),
      operation.sourceCalls === 0 ? "none" : `at most ${String(operation.sourceCalls)}`,
      operation.subgraphs.join(", "),
    ]),
  };
}

function eventTable(events: readonly EventEntry[], { owners }: Catalogue): Table {
  return {
    head: ["Event", "What it tells", "About", "Owner", "Producer", "Schema", "Consumers"],
    rows: events.map((event) => [
      `<code>${event.type}</code> v${String(event.version)}`,
      escaped(event.summary),
      `${event.subjectKind}:…`,
      teamOf(owners, owners.events[event.owner]?.owner ?? ""),
      `<code>${event.producer}</code>`,
      `<code>${event.schemaFile}</code>`,
      escaped(event.consumers.join(", ") || "none"),
    ]),
  };
}

function commandTable(commands: readonly CommandEntry[], { owners }: Catalogue): Table {
  return {
    head: ["Command", "Owner", "Done by", "Tries", "Given up after", "Refused"],
    rows: commands.map(({ type, version, group, lane, attempts, patienceHours, refusal }) => [
      `<code>${type}</code> v${String(version)}`,
      teamOf(owners, owners.commands[group]?.owner ?? ""),
      lane,
      String(attempts),
      patienceHours >= 1 ? `${String(Math.round(patienceHours))} h` : "at once",
      refusal === "person" ? "comes before a person" : "told to who asked",
    ]),
  };
}

function sourceTable({ owners, sources }: Catalogue): Table {
  return {
    head: ["Source", "System", "Owner", "Data steward", "Criticality", "Latency", "Changes"],
    rows: sources.map((name) => {
      const entry = owners.sources[name];
      return [
        name,
        escaped(entry?.system ?? ""),
        teamOf(owners, entry?.owner ?? ""),
        escaped(entry?.steward ?? ""),
        entry?.criticality ?? "",
        escaped(entry?.latency ?? ""),
        entry?.changes ?? "",
      ];
    }),
  };
}

function teamOf({ teams }: Catalogue["owners"], name: string): Cell {
  return escaped(teams[name]?.name ?? name);
}

function anchor(name: string): Cell {
  return `<span id="${name}">${name}</span>`;
}

function section(id: string, title: string, { head, rows }: Table): string {
  const cells = (tag: string, texts: readonly Cell[]) =>
    texts.map((text) => `<${tag}>${text}</${tag}>`).join("");
  return [
    `<section id="${id}">`,
    `<h2>${title} <small>${String(rows.length)}</small></h2>`,
    `<div class="wide"><table>`,
    `<thead><tr>${cells("th", head)}</tr></thead>`,
    `<tbody>`,
    ...rows.map((row) => `<tr>${cells("td", row)}</tr>`),
    `</tbody></table></div></section>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const STYLE = `:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { margin: 0 auto; max-width: 90rem; padding: 1rem }
nav a { margin-right: 1rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top }
small { font-weight: normal; opacity: .7 }`;

function page(sections: readonly string[]): string {
  const ids = [
    "contracts",
    "teams",
    "changes",
    "query",
    "mutation",
    "subscription",
    "events",
    "commands",
    "sources",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Crossdock: catalogue</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>Catalogue</h1>
<p>What others build on, and who answers for it. Written by <code>ctl catalog build</code> from the composed schema, the events, the commands and <code>schema/owners.yaml</code>.</p>
<nav>${ids.map((id) => `<a href="#${id}">${id}</a>`).join("")}</nav>
${sections.join("\n")}
</body>
</html>
`;
}

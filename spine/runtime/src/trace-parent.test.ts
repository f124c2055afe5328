import { parseTraceParent as parseByTheSdk } from "@opentelemetry/core";
import { parseTraceParent } from "./trace-parent.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test.each([
  `00-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-00`,
  ` 00-${TRACE}-${SPAN}-ff `,
  `  00-${TRACE}-${SPAN}-01`,
  `cc-${TRACE}-${SPAN}-01-what-comes-later`,
  `cc-${TRACE}-${SPAN}-01.what`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE}-${SPAN}-01-`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-1`,
  `00-${TRACE}-${SPAN}`,
  `${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01\n00-${TRACE}-${SPAN}-01`,
  "",
])("%j is read as the SDK reads it", (text) => {
  expect(parseTraceParent(text)).toEqual(parseByTheSdk(text));
});

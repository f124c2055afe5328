import { readEnvironment } from "./config/environment.ts";
import { telemetrySettings } from "./config/telemetry-settings.ts";
import { tracesUrlOf } from "./telemetry.ts";

const COLLECTOR = "http://collector:4318";

test.each([
  ["nothing is traced where no collector is named", {}, {}, null],
  ["the configuration names one", {}, { otlpEndpoint: COLLECTOR }, `${COLLECTOR}/v1/traces`],
  [
    "the environment counts for more",
    { OTEL_EXPORTER_OTLP_ENDPOINT: "http://other:4318/" },
    { otlpEndpoint: COLLECTOR },
    "http://other:4318/v1/traces",
  ],
  [
    "a place for traces alone is taken as it is",
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://other/traces" },
    { otlpEndpoint: COLLECTOR },
    "http://other/traces",
  ],
  [
    "the standard's switch turns all of it off",
    { OTEL_SDK_DISABLED: "true" },
    { otlpEndpoint: COLLECTOR },
    null,
  ],
])("%s", (_fact, variables, settings, url) => {
  expect(tracesUrlOf(readEnvironment(variables), telemetrySettings.parse(settings))).toBe(url);
});

test("a share of traces that is none is refused", () => {
  expect(() => readEnvironment({ OTEL_TRACES_SAMPLER_ARG: "2" })).toThrow(
    "OTEL_TRACES_SAMPLER_ARG",
  );
  expect(() => telemetrySettings.parse({ samplingRatio: -1 })).toThrow();
});

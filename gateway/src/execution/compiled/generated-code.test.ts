import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CAN_GENERATE_CODE, generate, literal, property } from "./generated-code.ts";
import { Unsupported } from "./unsupported.ts";

test("functions are made of text, and have nothing but what they are given", () => {
  const greet = generate<(name: string) => string>("return (name) => greeting + name;", {
    greeting: "Hello ",
  });
  expect(greet("Ada")).toBe("Hello Ada");
  expect(CAN_GENERATE_CODE).toBe(true);
});

test.each(['"', "\\", "'); throw 1; ('", "\u2028", "${1}", "`"])(
  "a name is no code: %j",
  (name) => {
    const source = `return { ${property(name)}: ${literal(name)} };`;
    expect(generate(source, {})).toEqual({ [name]: name });
  },
);

test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
  "a name that objects inherit is not compiled: %s",
  (name) => {
    expect(() => property(name)).toThrow(Unsupported);
  },
);

test("a process that may not make functions of text knows it", async () => {
  const file = join(__dirname, "generated-code.ts");
  const program = `import { CAN_GENERATE_CODE } from ${JSON.stringify(file)}; process.stdout.write(String(CAN_GENERATE_CODE));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--disallow-code-generation-from-strings",
    "--import=tsx",
    "--input-type=module",
    `--eval=${program}`,
  ]);
  expect(stdout).toBe("false");
});

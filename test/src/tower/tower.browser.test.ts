import { accessibilitySuite } from "./accessibility.suite.ts";
import { boardsSuite } from "./boards.suite.ts";
import { connectionSuite } from "./connection.suite.ts";
import { exceptionsSuite } from "./exceptions.suite.ts";
import { manyExceptionsSuite } from "./many-exceptions.suite.ts";
import { signInSuite } from "./sign-in.suite.ts";
import { openTowerScene, type TowerScene } from "./tower-scene.ts";

const STACK_MS = 180_000;

let scene: TowerScene;
beforeAll(async () => {
  scene = await openTowerScene(process.env["DATABASE_URL"] ?? "");
}, STACK_MS);
afterAll(() => scene?.[Symbol.asyncDispose]());

const here = () => scene;
describe("signing in", () => {
  signInSuite(here);
});
describe("exceptions", () => {
  exceptionsSuite(here);
});
describe("boards", () => {
  boardsSuite(here);
});
describe("the connection", () => {
  connectionSuite(here);
});
describe("accessibility", () => {
  accessibilitySuite(here);
});
describe("ten thousand exceptions", () => {
  manyExceptionsSuite(here);
});

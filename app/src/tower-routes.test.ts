import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";
import { registerTower, type TowerRoutesDeps } from "./tower-routes.ts";

const PAGE = `<meta property="csp-nonce" nonce="__NONCE__" /><script type="module" src="/tower/assets/a.js"></script>`;
const SIGN_IN = { issuer: "https://login.example.com/tenant", clientId: "tower", scope: "openid" };
let bundle: string;

beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), "crossdock-tower-"));
  await mkdir(join(bundle, "assets"));
  await writeFile(join(bundle, "index.html"), PAGE);
  await writeFile(join(bundle, "assets/a.js"), "plain");
  await writeFile(join(bundle, "assets/a.js.br"), "compressed");
});

afterAll(() => rm(bundle, { recursive: true, force: true }));

async function get(path: string, deps: TowerRoutesDeps, headers = {}, from = bundle) {
  const app = fastify();
  registerTower(app, deps, from);
  const response = await app.inject({ url: path, headers });
  await app.close();
  return response;
}

test.each(["/tower", "/tower/", "/tower/exceptions/7?class=TECHNICAL", "/tower/no-such-board"])(
  "%s is the page, which nobody keeps, with a nonce of its own",
  async (path) => {
    const [first, second] = [await get(path, { tower: null }), await get(path, { tower: null })];
    const policy = String(first.headers["content-security-policy"]);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(first.statusCode).toBe(200);
    expect(first.body).toContain(`nonce="${String(nonce)}"`);
    expect(first.headers["cache-control"]).toBe("no-store");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(second.body).not.toBe(first.body);
  },
);

test("the issuer where people sign in may be asked for tokens, and the page is told of it", async () => {
  const tower = { signIn: SIGN_IN };
  const { headers } = await get("/tower", { tower });
  expect(headers["content-security-policy"]).toContain(
    "connect-src 'self' https://login.example.com;",
  );
  expect((await get("/tower/settings.json", { tower })).json()).toEqual({ signIn: SIGN_IN });
  expect((await get("/tower/settings.json", { tower: null })).json()).toEqual({ signIn: null });
});

test("an issuer whose tokens come from another host has both asked, and nobody else", async () => {
  const tokenUrl = "https://tokens.example.net/oauth2/token";
  const { headers } = await get("/tower", { tower: { signIn: { ...SIGN_IN, tokenUrl } } });
  expect(headers["content-security-policy"]).toContain(
    "connect-src 'self' https://login.example.com https://tokens.example.net;",
  );
});

test("assets are kept for good, and compressed for who takes that", async () => {
  const plain = await get("/tower/assets/a.js", { tower: null });
  expect(plain.body).toBe("plain");
  expect(plain.headers["cache-control"]).toContain("immutable");
  const small = await get("/tower/assets/a.js", { tower: null }, { "accept-encoding": "br" });
  expect([small.body, small.headers["content-encoding"]]).toEqual(["compressed", "br"]);
  expect((await get("/tower/assets/none.js", { tower: null })).statusCode).toBe(404);
});

test("without a build the page says what to do", async () => {
  const { statusCode, body } = await get("/tower", { tower: null }, {}, join(bundle, "nowhere"));
  expect([statusCode, body]).toEqual([200, expect.stringContaining("npm run build")]);
});

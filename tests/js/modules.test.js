// What the linter cannot see: every name that a module imports is exported where it says.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../static/js/", import.meta.url);
const files = readdirSync(fileURLToPath(ROOT), { recursive: true }).filter((name) => name.endsWith(".js"));

// Return [address, names] of each import of one of our own modules.
function importsOf(file) {
  const text = readFileSync(new URL(file, ROOT), "utf8");
  return [...text.matchAll(/^import \{([^}]*)\} from "([^"]+)";$/gm)]
    .filter(([, , from]) => !from.includes("/vendor/"))
    .map(([, names, from]) => [new URL(from, new URL(file, ROOT)), names.split(",").map((name) => name.trim()).filter(Boolean)]);
}

test("the folder has modules, and each import of them has the one shape that collecting rewrites", () => {
  const shapes = files.flatMap((file) => readFileSync(new URL(file, ROOT), "utf8").split("\n").filter((line) => /^import\b|\bimport\(/.test(line)));
  assert.equal(shapes.length > 20, true);
  assert.deepEqual(shapes.filter((line) => !/^import \{[^}]+\} from "\.{1,2}\/[^"]+\.js";$/.test(line)), []);
});

test("every imported name is exported", async () => {
  const missing = [];
  for (const file of files) {
    for (const [address, names] of importsOf(file)) {
      const exported = await import(address);
      missing.push(...names.filter((name) => !(name in exported)).map((name) => `${file}: ${name}`));
    }
  }
  assert.deepEqual(missing, []);
});

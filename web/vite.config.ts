// Builds the web app into dist/, each text file also as brotli, for the server to embed.
import { compileMessage } from "@lingui/message-utils/compileMessage";
import react from "@vitejs/plugin-react";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { defineConfig, transformWithOxc, type Plugin } from "vite";

/** 5 is quick, for everyday builds; releases set 11. */
const QUALITY = Number(process.env.MEANWHILE_BROTLI ?? 5);
const TEXT = /\.(html|js|css|svg|json|webmanifest|txt)$/;

/** Writes `name.br` beside every text file, so that the server never compresses. */
function brotli(): Plugin {
  return {
    name: "meanwhile-brotli",
    apply: "build",
    closeBundle() {
      const visit = (folder: string) => {
        for (const name of readdirSync(folder)) {
          const path = join(folder, name);
          if (statSync(path).isDirectory()) visit(path);
          else if (TEXT.test(name)) {
            const bytes = readFileSync(path);
            const params = {
              [constants.BROTLI_PARAM_QUALITY]: QUALITY,
              [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
            };
            writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
          }
        }
      };
      visit(join(import.meta.dirname, "dist"));
    },
  };
}

/** Compiles the catalogues' ICU messages, so that no browser has to parse them. */
function messages(): Plugin {
  return {
    name: "meanwhile-messages",
    async load(id) {
      const name = /\/src\/locales\/\w+\/(\w+)\.ts$/.exec(id)?.[1];
      if (!name) return null;
      const { code } = await transformWithOxc(readFileSync(id, "utf8"), id);
      const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Record<string, object>;
      const compiled = Object.entries(module[name] ?? {}).map(([key, text]) => [key, compileMessage(String(text))]);
      return `export const ${name} = ${JSON.stringify(Object.fromEntries(compiled))};`;
    },
  };
}

/** The names of emoji, for the search; served by ourselves, fetched by those who open the picker. */
function emoji(): Plugin {
  const from = (path: string) => join(import.meta.dirname, "node_modules/emojibase-data", path);
  const path = /^\/assets\/emoji-17\/((?:en|de)\/(?:data|messages|shortcodes\/github)\.json)$/;
  return {
    name: "meanwhile-emoji",
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = path.exec(request.url ?? "")?.[1];
        if (!name) return next();
        response.setHeader("Content-Type", "application/json").end(readFileSync(from(name)));
      });
    },
    generateBundle() {
      for (const name of [
        "en/data.json",
        "en/messages.json",
        "de/data.json",
        "de/messages.json",
        "en/shortcodes/github.json",
      ]) {
        this.emitFile({ type: "asset", fileName: `assets/emoji-17/${name}`, source: readFileSync(from(name)) });
      }
    },
  };
}

/** The service worker with the list of files of this build; its version is their hash. */
function worker(): Plugin {
  return {
    name: "meanwhile-worker",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const files = Object.values(bundle);
      const shell = new Set(["/", "/favicon.svg"]);
      const add = (name: string) => {
        const file = bundle[name];
        if (shell.has(`/${name}`) || file?.type !== "chunk") return;
        shell.add(`/${name}`);
        for (const style of file.viteMetadata?.importedCss ?? []) shell.add(`/${style}`);
        for (const imported of file.imports) add(imported);
      };
      for (const file of files) if (file.type === "chunk" && file.isEntry) add(file.fileName);
      const names = files.map((file) => `/${file.fileName}`);
      // Letters of other scripts, and emoji by name, are fetched when somebody needs them.
      for (const name of names) if (/(inter|source-serif-4)-latin-wght-normal/.test(name)) shell.add(name);
      const rest = names.filter((name) => /\.(js|css)$/.test(name) && !shell.has(name));
      const list = (paths: Iterable<string>) => JSON.stringify([...paths].toSorted()).slice(1, -1);
      const page = files.find((file) => file.fileName === "index.html");
      const hash = createHash("sha256").update(names.toSorted().join("\n"));
      if (page?.type === "asset") hash.update(page.source);
      const source = readFileSync(join(import.meta.dirname, "sw.js"), "utf8")
        .replace("VERSION", hash.digest("hex").slice(0, 16))
        .replace('"SHELL"', list(shell))
        .replace('"REST"', list(rest));
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

const SERVER = process.env.MEANWHILE_SERVER ?? "http://127.0.0.1:8600";

export default defineConfig({
  plugins: [react(), messages(), emoji(), worker(), brotli()],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
  server: { proxy: Object.fromEntries(["/jmap", "/auth", "/public", "/.well-known"].map((path) => [path, SERVER])) },
});

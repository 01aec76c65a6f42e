// Builds the web app into dist/, each text file also as brotli, for the server to embed.
import { compileMessage } from "@lingui/message-utils/compileMessage";
import react from "@vitejs/plugin-react";
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
  const path = /^\/assets\/emoji-17\/((?:en|de)\/(?:data|messages)\.json)$/;
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
      for (const name of ["en/data.json", "en/messages.json", "de/data.json", "de/messages.json"]) {
        this.emitFile({ type: "asset", fileName: `assets/emoji-17/${name}`, source: readFileSync(from(name)) });
      }
    },
  };
}

const SERVER = process.env.MEANWHILE_SERVER ?? "http://127.0.0.1:8600";

export default defineConfig({
  plugins: [react(), messages(), emoji(), brotli()],
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 700 },
  server: { proxy: Object.fromEntries(["/jmap", "/auth", "/.well-known"].map((path) => [path, SERVER])) },
});

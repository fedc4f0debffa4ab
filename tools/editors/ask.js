// Asks yaml-language-server and ajv, as editors do: reads one JSON value from stdin, writes one to stdout.
// {schema, texts: [{text, complete?: [[line, column]], hover?: [[line, column]], format?: {}}]}
const path = require("node:path");
const { createRequire } = require("node:module");
const tools = createRequire(path.join(__dirname, "package.json"));
const Ajv = tools("ajv");
const { TextDocument } = tools("vscode-languageserver-textdocument");
const { getLanguageService } = tools("yaml-language-server");



async function answer({ schema, texts }) {
  const found = { ajv: "", texts: [] };
  try {
    new Ajv({ strict: true, allErrors: true }).compile(schema);
  } catch (error) {
    found.ajv = error.message;
  }
  const service = getLanguageService({
    schemaRequestService: async () => JSON.stringify(schema),
    workspaceContext: { resolveRelativePath: (relative) => relative },
    telemetry: { send() {}, sendError() {}, sendTrack() {} },
  });
  service.configure({
    completion: true, hover: true, validate: true, format: true, yamlVersion: "1.2", customTags: [],
    schemas: [{ uri: "file:///profile.schema.json", fileMatch: ["*.yaml"], schema }],
  });
  for (const [number, { text, complete = [], hover = [], format }] of texts.entries()) {
    const document = TextDocument.create(`file:///profile${number}.yaml`, "yaml", 1, text);
    const place = ([line, character]) => ({ line, character });
    const said = { problems: (await service.doValidation(document, false)).map((one) => one.message) };
    said.complete = [];
    for (const at of complete) {
      const list = await service.doComplete(document, place(at), false);
      said.complete.push(list.items.map((one) => ({ label: one.label, insert: one.insertText, doc: one.documentation })));
    }
    said.hover = [];
    for (const at of hover) {
      said.hover.push((await service.doHover(document, place(at)))?.contents?.value ?? null);
    }
    if (format) {
      const edits = await service.doFormat(document, { tabSize: 2, insertSpaces: true, bracketSpacing: true, printWidth: 80, ...format });
      said.formatted = TextDocument.applyEdits(document, edits);
    }
    found.texts.push(said);
  }
  return found;
}

let input = "";
process.stdin.on("data", (piece) => (input += piece));
process.stdin.on("end", async () => process.stdout.write(JSON.stringify(await answer(JSON.parse(input)))));

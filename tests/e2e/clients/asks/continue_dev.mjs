// Prints what Continue makes of its configuration: each model by its host and name, and what it finds wrong.
import { parseConfigYaml, validateConfigYaml } from '@continuedev/config-yaml';

const question = JSON.parse(await new Response(process.stdin).text());
const models = {};
const wrong = [];
for (const host of question.proxied) {
  const reply = await fetch(`${process.env.SERVER}/api/v1/inference/configs/continue?provider=${host}`);
  const config = parseConfigYaml(await reply.text());
  wrong.push(...(validateConfigYaml(config) ?? []).map((error) => `${host}: ${error.message}`));
  for (const model of config.models) {
    const options = model.defaultCompletionOptions ?? {};
    models[`${host}/${model.model}`] = {
      context: options.contextLength ?? null,
      limit: options.maxTokens ?? null,
      capabilities: (model.capabilities ?? []).map((name) => (name === 'tool_use' ? 'tool_call' : 'vision')),
      roles: model.roles,
      key: model.apiKey ?? null,
    };
  }
}
console.log(JSON.stringify({ models, wrong }));

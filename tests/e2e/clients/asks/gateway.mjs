// Prints what the AI SDK's gateway provider makes of its configuration.
import { createGateway, GatewayAuthenticationError } from '@ai-sdk/gateway';

const baseURL = `${process.env.SERVER}/ai-gateway/v1`;
const { models } = await createGateway({ baseURL, apiKey: process.env.TOKEN }).getAvailableModels();
const refused = await createGateway({ baseURL, apiKey: 'llma_wrong' })
  .getAvailableModels()
  .catch((error) => error);

const told = (model) => ({
  input: model.pricing?.input,
  output: model.pricing?.output,
  unit: 'token',
  cache_read: model.pricing?.cachedInputTokens,
});
console.log(
  JSON.stringify({
    models: Object.fromEntries(models.map((model) => [model.id, told(model)])),
    refusal: GatewayAuthenticationError.isInstance(refused) ? refused.message : `${refused}`,
  }),
);

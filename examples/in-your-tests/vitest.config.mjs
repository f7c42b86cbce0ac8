// Gameday is used as it is published: Vitest leaves alone what comes from node_modules, but follows links out of it.
export default {
  test: { include: ['vitest.test.mjs'], server: { deps: { external: [/packages\/[a-z]+\/dist/] } } },
};

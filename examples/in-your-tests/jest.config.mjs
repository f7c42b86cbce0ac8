export default { testMatch: ['**/jest.test.mjs'], transform: {}, testEnvironment: 'node' };

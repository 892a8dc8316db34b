/** They ask for Node 22 and do on Node 20 what the checks need of them, which run them there. No program imports any of them. */
const checkedOnNode20 = /^(@kubernetes-models\/.+|kubernetes-models|strip-json-comments)$/;

module.exports = {
  hooks: {
    readPackage(manifest) {
      if (checkedOnNode20.test(manifest.name)) delete manifest.engines;
      return manifest;
    },
  },
};

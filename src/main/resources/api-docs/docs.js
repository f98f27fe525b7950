'use strict';

// validatorUrl null: by default the viewer sends the contract's address to a public validator.
SwaggerUIBundle({
  url: 'openapi.yaml',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null
});

//! The same headings in German, French, Spanish, Italian, Dutch and Portuguese, best first.
//!
//! They are compared without accents, and known after the English ones. As there, headings of assigned or used seats and
//! of prices are left out.

/// Headings of the tenant.
pub(in crate::roster) const TENANT: &[&str] = &[
    // German
    "mandant",
    "mandanten id",
    "kunde",
    "kundenname",
    "kunden id",
    "kundennummer",
    "endkunde",
    "firma",
    "firmenname",
    "unternehmen",
    "konto",
    "kontoname",
    "domäne",
    "primäre domäne",
    "domaene",
    // French
    "locataire",
    "id du locataire",
    "client",
    "nom du client",
    "nom client",
    "id client",
    "identifiant client",
    "numéro client",
    "société",
    "nom de la société",
    "entreprise",
    "compte",
    "nom du compte",
    "domaine",
    "domaine principal",
    // Spanish
    "inquilino",
    "cliente",
    "nombre del cliente",
    "nombre de cliente",
    "nombre cliente",
    "id de cliente",
    "id cliente",
    "empresa",
    "nombre de la empresa",
    "organización",
    "cuenta",
    "nombre de la cuenta",
    "dominio",
    "dominio principal",
    // Italian
    "nome cliente",
    "nome del cliente",
    "azienda",
    "nome azienda",
    "ragione sociale",
    "società",
    "organizzazione",
    "dominio primario",
    // Dutch
    "klant",
    "klantnaam",
    "naam klant",
    "klant id",
    "klantnummer",
    "bedrijf",
    "bedrijfsnaam",
    "organisatie",
    "domein",
    "primair domein",
    "tenantnaam",
    // Portuguese
    "locatário",
    "nome do cliente",
    "id do cliente",
    "nome da empresa",
    "razão social",
    "organização",
    "conta",
    "nome da conta",
    "domínio",
    "domínio principal",
    "domínio primário",
];

/// Those of the tenant's id.
pub(in crate::roster) const TENANT_IDS: &[&str] = &[
    "mandanten id",
    "kunden id",
    "kundennummer",
    "id du locataire",
    "id client",
    "identifiant client",
    "numéro client",
    "id de cliente",
    "id cliente",
    "klant id",
    "klantnummer",
    "id do cliente",
];

/// Those of the tenant's domain.
pub(in crate::roster) const TENANT_DOMAINS: &[&str] = &[
    "domäne",
    "primäre domäne",
    "domaene",
    "domaine",
    "domaine principal",
    "dominio",
    "dominio principal",
    "dominio primario",
    "domein",
    "primair domein",
    "domínio",
    "domínio principal",
    "domínio primário",
];

/// Those of the tenant's name.
pub(in crate::roster) const TENANT_NAMES: &[&str] = &[
    "kundenname",
    "firmenname",
    "kontoname",
    "kunde",
    "endkunde",
    "mandant",
    "firma",
    "unternehmen",
    "konto",
    "nom du client",
    "nom client",
    "nom de la société",
    "nom du compte",
    "client",
    "locataire",
    "société",
    "entreprise",
    "compte",
    "nombre del cliente",
    "nombre de cliente",
    "nombre cliente",
    "nombre de la empresa",
    "nombre de la cuenta",
    "cliente",
    "inquilino",
    "empresa",
    "organización",
    "cuenta",
    "nome cliente",
    "nome del cliente",
    "nome azienda",
    "ragione sociale",
    "azienda",
    "società",
    "organizzazione",
    "klantnaam",
    "naam klant",
    "bedrijfsnaam",
    "tenantnaam",
    "klant",
    "bedrijf",
    "organisatie",
    "nome do cliente",
    "nome da empresa",
    "nome da conta",
    "razão social",
    "locatário",
    "organização",
    "conta",
];

/// Headings of the plan.
pub(in crate::roster) const PLAN: &[&str] = &[
    // German
    "produkt",
    "produktname",
    "produktbezeichnung",
    "produkttitel",
    "artikelbezeichnung",
    "angebot",
    "abonnement",
    "abonnementname",
    "abo",
    "lizenz",
    "lizenzname",
    "lizenzplan",
    "lizenzbezeichnung",
    // French
    "produit",
    "nom du produit",
    "offre",
    "nom de l'offre",
    "nom de l'abonnement",
    "nom de la licence",
    "forfait",
    // Spanish
    "producto",
    "nombre del producto",
    "nombre de producto",
    "oferta",
    "suscripción",
    "nombre de la suscripción",
    "licencia",
    "nombre de la licencia",
    // Italian
    "prodotto",
    "nome prodotto",
    "nome del prodotto",
    "offerta",
    "abbonamento",
    "sottoscrizione",
    "licenza",
    "nome licenza",
    "piano",
    // Dutch
    "productnaam",
    "naam product",
    "aanbieding",
    "abonnementsnaam",
    "licentie",
    "licentienaam",
    "naam licentie",
    // Portuguese
    "produto",
    "nome do produto",
    "assinatura",
    "nome da assinatura",
    "subscrição",
    "licença",
    "nome da licença",
    "plano",
];

/// Headings of the paid seats.
pub(in crate::roster) const SEATS: &[&str] = &[
    // German
    "bezahlte plätze",
    "bezahlte lizenzen",
    "gekaufte lizenzen",
    "erworbene lizenzen",
    "anzahl lizenzen",
    "anzahl der lizenzen",
    "lizenzanzahl",
    "lizenzen anzahl",
    "anzahl plätze",
    "plätze",
    "anzahl",
    "menge",
    "stückzahl",
    "lizenzen",
    "lizenzen gesamt",
    "gesamtlizenzen",
    // French
    "sièges payés",
    "licences payées",
    "licences achetées",
    "nombre de licences",
    "nb de licences",
    "nb licences",
    "nombre de sièges",
    "nombre de postes",
    "sièges",
    "postes",
    "quantité",
    "qté",
    "total des licences",
    // Spanish
    "licencias pagadas",
    "licencias compradas",
    "licencias adquiridas",
    "número de licencias",
    "cantidad de licencias",
    "asientos",
    "puestos",
    "cantidad",
    "licencias",
    "total de licencias",
    // Italian
    "licenze pagate",
    "licenze acquistate",
    "numero di licenze",
    "numero licenze",
    "posti",
    "postazioni",
    "quantità",
    "licenze",
    "totale licenze",
    // Dutch
    "betaalde licenties",
    "gekochte licenties",
    "aangeschafte licenties",
    "aantal licenties",
    "aantal plaatsen",
    "plaatsen",
    "aantal",
    "hoeveelheid",
    "licenties",
    "totaal licenties",
    // Portuguese
    "licenças pagas",
    "licenças compradas",
    "licenças adquiridas",
    "número de licenças",
    "quantidade de licenças",
    "assentos",
    "quantidade",
    "qtd",
    "qtde",
    "licenças",
    "total de licenças",
];

/// Headings of the segment.
pub(in crate::roster) const SEGMENT: &[&str] = &[
    // German
    "kundensegment",
    "kundentyp",
    "kundenart",
    "sektor",
    // French
    "segment client",
    "segment de clientèle",
    "type de client",
    "secteur",
    // Spanish
    "segmento",
    "segmento de cliente",
    "tipo de cliente",
    // Italian
    "segmento cliente",
    "tipo cliente",
    "tipo di cliente",
    "settore",
    // Dutch
    "klantsegment",
    "klanttype",
    "type klant",
    // Portuguese
    "segmento do cliente",
    "setor",
];

/// Headings of the subscription's status.
pub(in crate::roster) const STATUS: &[&str] = &[
    // German
    "abonnementstatus",
    "abostatus",
    "lizenzstatus",
    "status des abonnements",
    "status des abos",
    "vertragsstatus",
    "status des vertrags",
    "status der lizenz",
    // French
    "statut",
    "statut de l'abonnement",
    "statut abonnement",
    "statut de la licence",
    "statut du contrat",
    "statut licence",
    "état de l'abonnement",
    // Spanish
    "estado de la suscripción",
    "estado de suscripción",
    "estado suscripción",
    "estado de la licencia",
    "estado del contrato",
    // Italian
    "stato abbonamento",
    "stato del contratto",
    "stato contratto",
    "stato dell'abbonamento",
    "stato della sottoscrizione",
    "stato licenza",
    "stato della licenza",
    // Dutch
    "abonnementsstatus",
    "licentiestatus",
    "status abonnement",
    "contractstatus",
    "status licentie",
    // Portuguese
    "status da assinatura",
    "status do contrato",
    "estado do contrato",
    "situação do contrato",
    "estado da subscrição",
    "status da licença",
    "estado da licença",
    "situação da assinatura",
];

/// Headings of the mark of a trial.
pub(in crate::roster) const TRIAL: &[&str] = &[
    "testversion",
    "ist testversion",
    "testabo",
    "essai",
    "version d'essai",
    "est un essai",
    "prueba",
    "es prueba",
    "versión de prueba",
    "prova",
    "versione di prova",
    "proef",
    "proefversie",
    "is proef",
    "teste",
    "versão de avaliação",
    "versão de teste",
];

/// Headings of the subscription's id.
pub(in crate::roster) const SUBSCRIPTION: &[&str] = &[
    "abonnement id",
    "abo id",
    "abonnementnummer",
    "id de l'abonnement",
    "id abonnement",
    "identifiant de l'abonnement",
    "id de suscripción",
    "id de la suscripción",
    "id suscripción",
    "id abbonamento",
    "id sottoscrizione",
    "abonnements id",
    "id da assinatura",
    "id da subscrição",
];

/// Headings of the customer's country.
pub(in crate::roster) const COUNTRY: &[&str] = &[
    // German and Dutch
    "land", // French
    "pays", // Spanish
    "país", // Italian
    "paese",
];

/// Headings of the day of the next renewal.
pub(in crate::roster) const RENEWAL: &[&str] = &[
    // German
    "verlängerungsdatum",
    // French
    "date de renouvellement",
    // Spanish
    "fecha de renovación",
    // Italian
    "data di rinnovo",
    // Dutch
    "verlengingsdatum",
    // Portuguese
    "data de renovação",
];

/// Headings of the person who looks after the customer.
pub(in crate::roster) const OWNER: &[&str] = &[
    // German
    "betreuer",
    "kundenbetreuer",
    "verantwortlich",
    "verantwortlicher",
    "zuständig",
    "vertriebsmitarbeiter",
    "besitzer",
    "kontoinhaber",
    // French
    "propriétaire",
    "propriétaire du compte",
    "responsable",
    "responsable de compte",
    "responsable client",
    "chargé de compte",
    // Spanish
    "propietario",
    "propietario de la cuenta",
    "gestor de cuenta",
    "gerente de cuenta",
    // Italian
    "proprietario",
    "responsabile",
    "responsabile account",
    // Dutch
    "eigenaar",
    "accountmanager",
    "verantwoordelijke",
    // Portuguese
    "proprietário",
    "responsável",
    "gerente de conta",
    "gestor de conta",
];

/// Headings of the phase of onboarding.
pub(in crate::roster) const PHASE: &[&str] =
    &["onboardingphase", "einführungsphase", "fase", "phase d'intégration"];

/// Headings of the services that the customer wants.
pub(in crate::roster) const SERVICES: &[&str] = &[
    "gewünschte dienste",
    "gewünschte services",
    "services souhaités",
    "services demandés",
    "servicios deseados",
    "servicios solicitados",
    "servizi desiderati",
    "servizi richiesti",
    "gewenste diensten",
    "gewenste services",
    "serviços desejados",
    "serviços solicitados",
];

/// Parts of a heading, without accents and blanks, of a count that is given out, used or left over.
pub(in crate::roster) const NEVER_PARTS: &[&str] = &[
    "vergeben",
    "frei",
    "verfugbar",
    "attribu",
    "consomm",
    "disponib",
    "asignad",
    "consumid",
    "assegnat",
    "consumat",
    "toegewezen",
    "gebruikt",
    "verbruikt",
    "beschikbaar",
    "atribuid",
];

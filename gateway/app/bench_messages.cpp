#include <algorithm>
#include <cstdio>
#include <string_view>

#include "gateway/app/bench.hpp"

namespace gateway::app {
namespace {

constexpr std::size_t kPeople = 16'800;  ///< invented; a person comes again on another day

/// An admission as hospitals send it, about 4 KiB. The people do not exist.
constexpr std::string_view kAdt =
    "MSH|^~\\&|HIS|HGZ-NORTE|PUENTE|HG-SUR|20260315102030-0600||ADT^A01^ADT_A01|{}|P|2.5.1|||AL|NE|"
    "MEX|UNICODE UTF-8|ES\r"
    "EVN|A01|20260315102000-0600|||OP-17^QUIROGA^AMALIA^^^LIC|20260315101500-0600|DFSSA004072\r"
    "PID|1||EXP-{}^^^HGZ-NORTE^MR~{C}^^^RENAPO^CURP||QUIROGA&ZAVALA^ELENA^^^^^L||{D}|"
    "F|||AV. INSURGENTES 1200 INT 4^COL. DEL VALLE^BENITO "
    "JUAREZ^DF^03100^MEX^H~CALLE 5 NUM "
    "12^CENTRO^PUEBLA^PL^72000^MEX^B||5555550101^PRN^PH^^52^55^5550101~^NET^Internet^elena@example."
    "mx|5555550102^WPN^PH|"
    "SPA|M|CAT|CTA-{}^^^HGZ-NORTE^AN|||||MX-DF|N|1|||||N\r"
    "PD1|||DFSSA004072^CENTRO DE SALUD VALLE\r"
    "NK1|1|ZAVALA^RODRIGO^^^^^L|SPO^CONYUGE^HL70063|AV. INSURGENTES 1200 INT 4^COL. DEL "
    "VALLE^BENITO JUAREZ^DF^03100^MEX|5555550103^PRN^PH||N|20100101\r"
    "NK1|2|ZAVALA^ROSA^^^^^L|MTH^MADRE^HL70063|CALLE 9 NUM "
    "40^CENTRO^PUEBLA^PL^72000^MEX|2225550104^PRN^PH||C\r"
    "PV1|1|I|MED-INT^204^B^HGZ-NORTE^^^^3|U|||MED-1^IBARRA^TOMAS^^^DR^^^SSA^L^^^CED|MED-2^OLVERA^"
    "ROSA^^^DRA^^^SSA^L^^^CED|MED-3^CANO^JOSE^^^DR^^^SSA^L^^^CED|MED||||7|||MED-1^"
    "IBARRA^TOMAS^^^DR^^^SSA^L^^^CED|INP|VIS-{}^^^HGZ-NORTE^VN|||||||||||||||||||||||||"
    "20260315101500-0600\r"
    "PV2||2^SEMIPRIVADA|R10.4^DOLOR ABDOMINAL NO "
    "ESPECIFICADO^I10|||||20260315|20260319|4||ADMISION "
    "POR URGENCIAS|||||||||N\r"
    "OBX|1|NM|29463-7^PESO "
    "CORPORAL^LN||64.5|kg^kilogramo^UCUM|||||F|||20260315101800-0600||ENF-9^RIVAS^MARTA\r"
    "OBX|2|NM|8302-2^TALLA^LN||162|cm^centimetro^UCUM|||||F|||20260315101800-0600||ENF-9^RIVAS^"
    "MARTA\r"
    "OBX|3|NM|8310-5^TEMPERATURA^LN||37.8|Cel^grado "
    "Celsius^UCUM|36.1-37.2|H|||F|||20260315101800-0600||ENF-9^RIVAS^MARTA\r"
    "OBX|4|NM|8867-4^FRECUENCIA CARDIACA^LN||92|/min^por "
    "minuto^UCUM|60-100|N|||F|||20260315101800-0600||ENF-9^RIVAS^MARTA\r"
    "AL1|1|DA|70618^PENICILINA^RXNORM|SV|URTICARIA GENERALIZADA~ANGIOEDEMA|20150610\r"
    "AL1|2|FA|MARISCOS^MARISCOS|MO|ERUPCION|20120101\r"
    "DG1|1||R10.4^DOLOR ABDOMINAL NO ESPECIFICADO^I10|DOLOR ABDOMINAL DE DOS DIAS DE "
    "EVOLUCION|20260315101500-0600|A||||||||||MED-1^IBARRA^TOMAS^^^DR\r"
    "DG1|2||E11.9^DIABETES MELLITUS TIPO 2 SIN COMPLICACIONES^I10|DIABETES MELLITUS TIPO "
    "2|20200101|F||||||||||MED-2^OLVERA^ROSA^^^DRA\r"
    "PR1|1||89.52^ELECTROCARDIOGRAMA^I9C|ELECTROCARDIOGRAMA DE DOCE "
    "DERIVACIONES|20260315103000-0600|D|15\r"
    "GT1|1||ZAVALA^RODRIGO^^^^^L||AV. INSURGENTES 1200 INT 4^COL. DEL VALLE^BENITO "
    "JUAREZ^DF^03100^MEX|5555550103^PRN^PH||19820720|M||SPO\r"
    "IN1|1|IMSS-01^SEGURO SOCIAL|IMSS^^^SSA|INSTITUTO MEXICANO DEL SEGURO SOCIAL|AV. REFORMA "
    "476^JUAREZ^CUAUHTEMOC^DF^06600^MEX||8005550000^WPN^PH|GRP-7||||20200101|"
    "20301231|||QUIROGA^ELENA|SEL^TITULAR|19840315|AV. INSURGENTES 1200 INT 4^COL. DEL "
    "VALLE^BENITO JUAREZ^DF^03100^MEX|||||||||||||||||POL-{}\r";

constexpr std::string_view kOru =
    "MSH|^~\\&|LIS|HGZ-NORTE|PUENTE|HG-SUR|20260315141500-0600||ORU^R01^ORU_R01|{}|P|2.5.1|||AL|NE|"
    "MEX|UNICODE UTF-8|ES\r"
    "PID|1||EXP-{}^^^HGZ-NORTE^MR~{C}^^^RENAPO^CURP||QUIROGA&ZAVALA^ELENA^^^^^L||{D}|"
    "F\r"
    "PV1|1|I|MED-INT^204^B^HGZ-NORTE||||MED-1^IBARRA^TOMAS^^^DR|||||||||||INP|VIS-{}^^^HGZ-NORTE^"
    "VN\r"
    "ORC|RE|ORD-{}^HIS|FIL-{}^LIS||CM||||20260315110000-0600|||MED-1^IBARRA^TOMAS^^^DR\r"
    "OBR|1|ORD-{}^HIS|FIL-{}^LIS|58410-2^BIOMETRIA "
    "HEMATICA^LN|||20260315111500-0600|||||||||MED-1^IBARRA^TOMAS^^^DR||||||20260315140000-0600||"
    "HM|F\r"
    "OBX|1|NM|718-7^HEMOGLOBINA^LN||13.20|g/dL^gramo por "
    "decilitro^UCUM|12.0-16.0|N|||F|||20260315111500-0600\r"
    "OBX|2|NM|4544-3^HEMATOCRITO^LN||39.5|%^por ciento^UCUM|36-46|N|||F|||20260315111500-0600\r"
    "OBX|3|NM|6690-2^LEUCOCITOS^LN||11.8|10*3/uL^miles por "
    "microlitro^UCUM|4.5-11.0|H|||F|||20260315111500-0600\r"
    "OBX|4|NM|777-3^PLAQUETAS^LN||256|10*3/uL^miles por "
    "microlitro^UCUM|150-400|N|||F|||20260315111500-0600\r"
    "OBX|5|ST|5778-6^COLOR DE ORINA^LN||AMARILLO||||||F|||20260315111500-0600\r"
    "NTE|1|L|MUESTRA LIGERAMENTE LIPEMICA\r";

/// The message with its holes filled: {} the number, {C} the CURP, {D} the birth date.
std::string filled(std::string_view pattern, std::size_t number)
{
    const auto digits = std::to_string(number);
    std::string out;
    out.reserve(pattern.size() + 64);
    while (!pattern.empty()) {
        const auto hole = std::min(pattern.find('{'), pattern.size());
        out.append(pattern.substr(0, hole));
        pattern.remove_prefix(hole);
        if (pattern.starts_with("{}")) {
            out.append(digits);
            pattern.remove_prefix(2);
        } else if (!pattern.empty()) {
            out.append(pattern[1] == 'C' ? invented_curp(number) : invented_birth(number));
            pattern.remove_prefix(3);
        }
    }
    return out;
}

/// The columns of GIIS-B015-04-11, and a visit of one of the invented people: {C} CURP, {D} birth,
/// {V} day of the visit, {W} weight.
constexpr std::string_view kB015Columns =
    "CLUES|PAISNACIMIENTO|CURPPRESTADOR|NOMBREPRESTADOR|PRIMERAPELLIDOPRESTADOR|SEGUNDOAPELLI"
    "DOPRESTADOR|TIPOPERSONAL|PROGRAMASMYMG|CURPPACIENTE|NOMBRE|PRIMERAPELLIDO|SEGUNDOAPELLID"
    "O|FECHANACIMIENTO|PAISNACPACIENTE|ENTIDADNACIMIENTO|SEXOCURP|SEXOBIOLOGICO|SEAUTODENOMIN"
    "AAFROMEXICANO|SECONSIDERAINDIGENA|MIGRANTE|PAISPROCEDENCIA|GENERO|DERECHOHABIENCIA|FECHA"
    "CONSULTA|SERVICIOATENCION|PESO|TALLA|CIRCUNFERENCIACINTURA|SISTOLICA|DIASTOLICA|FRECUENC"
    "IACARDIACA|FRECUENCIARESPIRATORIA|TEMPERATURA|SATURACIONOXIGENO|GLUCEMIA|TIPOMEDICION|RE"
    "SULTADOOBTENIDOATRAVESDE|EMBARAZADASINDIABETES|SINTOMATICORESPIRATORIOTB|PRIMERAVEZANIO|"
    "PRIMERAVEZUNEME|RELACIONTEMPORAL|CODIGOCIEDIAGNOSTICO1|CONFIRMACIONDIAGNOSTICA1|PRIMERAV"
    "EZDIAGNOSTICO2|CODIGOCIEDIAGNOSTICO2|CONFIRMACIONDIAGNOSTICA2|PRIMERAVEZDIAGNOSTICO3|COD"
    "IGOCIEDIAGNOSTICO3|CONFIRMACIONDIAGNOSTICA3|INTERVENCIONESSMYA|ATENCIONPREGESTACIONALRT|"
    "RIESGO|RELACIONTEMPORALEMBARAZO|PLANSEGURIDAD|TRIMESTREGESTACIONAL|PRIMERAVEZALTORIESGO|"
    "COMPLICACIONPORDIABETES|COMPLICACIONPORINFURI|COMPLICACIONPORPREEECLA|COMPLICACIONPORHEM"
    "ORRAGIA|SOSPECHACOVID19|COVID19CONFIRMADO|HIPERTENSIONARTPREXISTENTE|OTRASACCPRESCACIDOF"
    "OLICO|OTRASACCAPOYOTRANSLADO|OTRASACCAPOYOTRANSLADOAME|PUERPERA|INFECCIONPUERPERAL|TERAP"
    "IAHORMONAL|PERIPOSTMENOPAUSIA|ITS|PATOLOGIAMAMARIABENIGNA|CANCERMAMARIO|COLPOSCOPIA|CANC"
    "ERCERVICOUTERINO|NINOSANORT|PRUEBAEDI|RESULTADOEDI|RESULTADOBATTELLE|EDASRT|EDASPLANTRAT"
    "AMIENTO|RECUPERADODESHIDRATACION|NUMEROSOBRESVSOTRATAMIENTO|IRASRT|IRASPLANTRATAMIENTO|N"
    "EUMONIART|APLICACIONCEDULACANCER|INFORMAPREVENCIONACCIDENTES|SINTOMADEPRESIVA|ALTERACION"
    "MEMORIA|AIVD_ABVD|SINDROMECAIDAS|INCONTINENCIAURINARIA|MOTRICIDAD|ASESORIANUTRICIONAL|NU"
    "MEROSOBRESVSOPROMOCION|LINEAVIDA|CARTILLASALUD|ESQUEMAVACUNACION|REFERIDOPOR|CONTRARREFE"
    "RIDO|TELEMEDICINA|TELECONSULTA|ESTUDIOSTELECONSULTA|MODALIDADCONSULDIST"
    "\n";
constexpr std::string_view kB015Row =
    "OCIMB999991|142|ZAIN850214MOCRBR03|NORMA ALICIA|ZARATE|IBARRA|2|0|{C}|ELVIRA|QUIROZ|ZEPE"
    "DA|{D}|142|09|2|2|0|0|0|-1|2|14|{V}|4|{W}|166|104|142|88|78|18|36.5|95|148|1|2|0|0|0|-1|"
    "1|E119|-1|0|I10X|-1|-1||-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-"
    "1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|0|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|-1|0|1|1|1|-1|0"
    "|0|0|-1|-1"
    "\n";

std::string replaced(std::string text, std::string_view mark, std::string_view with)
{
    const auto at = text.find(mark);
    return at == std::string::npos ? text : text.replace(at, mark.size(), with);
}

}  // namespace

std::string invented_birth(std::size_t number)
{
    char text[16];
    std::snprintf(text, sizeof text, "%04zu%02zu%02zu", 1950 + number % 50, 1 + number / 50 % 12,
                  1 + number / 600 % 28);
    return text;
}

std::string invented_curp(std::size_t number)
{
    auto curp = "QUZE" + invented_birth(number).substr(2) + "MDFRVL0";
    constexpr std::string_view kAlphabet =
        "0123456789ABCDEFGHIJKLMN*OPQRSTUVWXYZ";  // * is where the Ñ stands
    std::size_t sum = 0;
    for (std::size_t i = 0; i < curp.size(); ++i) {
        sum += kAlphabet.find(curp[i]) * (18 - i);
    }
    curp.push_back(static_cast<char>('0' + (10 - sum % 10) % 10));
    return curp;
}

std::string invented_adt(std::size_t number)
{
    return filled(kAdt, number);
}

std::string invented_oru(std::size_t number)
{
    return filled(kOru, number);
}

std::string invented_b015_columns()
{
    return std::string(kB015Columns);
}

std::string invented_b015(std::size_t number, unsigned weight)
{
    const auto birth = invented_birth(number);
    const auto day = std::to_string(10 + number / kPeople % 19);
    auto row = replaced(std::string(kB015Row), "{C}", invented_curp(number));
    row = replaced(std::move(row), "{D}",
                   birth.substr(6) + "/" + birth.substr(4, 2) + "/" + birth.substr(0, 4));
    row = replaced(std::move(row), "{V}", day + "/10/2026");
    return replaced(std::move(row), "{W}", std::to_string(weight));
}

}  // namespace gateway::app

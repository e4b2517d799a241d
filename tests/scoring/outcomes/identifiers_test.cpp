#include "scoring/outcomes/identifiers.hpp"

#include <gtest/gtest.h>

namespace digitalis {
namespace {

TEST(HasNhsCheckDigit, FollowsModulus11) {
  EXPECT_TRUE(has_nhs_check_digit("8429141456"));
  EXPECT_FALSE(has_nhs_check_digit("8429141457"));
  EXPECT_FALSE(has_nhs_check_digit("842914145"));
  EXPECT_FALSE(has_nhs_check_digit("0000000000"));
}

TEST(ForbiddenColumn, IgnoresCaseSpacesAndPunctuation) {
  EXPECT_EQ(forbidden_column("NHS number"), "NHS number");
  EXPECT_EQ(forbidden_column("nhs-No."), "NHS number");
  EXPECT_EQ(forbidden_column("Date Of Birth"), "date of birth");
  EXPECT_EQ(forbidden_column("pat_id"), "patient id");
  EXPECT_EQ(forbidden_column("encrypted_hesid"), "pseudonym");
  EXPECT_EQ(forbidden_column("home postcode"), "postcode");
}

TEST(ForbiddenColumn, LetsOurOwnPass) {
  for (const char* name : {"disease_id", "indicator", "numerator", "unit", "note", "age_band", "sex"})
    EXPECT_EQ(forbidden_column(name), "") << name;
}

TEST(IdentifierIn, FindsNhsNumbersHoweverTheyAreWritten) {
  for (const char* text : {"8429141456", "842 914 1456", "id:842-914-1456.", "2019 8429141456", "NHS8429141456x",
                           "\xEF\xBC\x98\xEF\xBC\x94\xEF\xBC\x92\xEF\xBC\x99\xEF\xBC\x91\xEF\xBC\x94\xEF\xBC\x91\xEF"
                           "\xBC\x94\xEF\xBC\x95\xEF\xBC\x96",  // full width
                           "842\xE2\x80\x8B"
                           "914\xC2\xA0"
                           "1456"})  // zero-width and no-break spaces
    EXPECT_EQ(identifier_in(text, false), kNhsNumber) << text;
}

TEST(IdentifierIn, FindsPostcodes) {
  for (const char* text : {"SW1A 1AA", "m1 1ae", "(EC1A1BB)", "dn55-1pt", "near CR2 6XH."})
    EXPECT_EQ(identifier_in(text, false), "a full postcode") << text;
}

TEST(IdentifierIn, FindsDates) {
  for (const char* text : {"1947-03-12", "12/03/1947", "12.3.1947", "12th March 1947", "March 12, 1947", "19470312",
                           "12031947", "12/03/47", "1947 Mar 12", "1947-03-12T08:00"})
    EXPECT_EQ(identifier_in(text, false), "a full date") << text;
}

TEST(IdentifierIn, FindsOtherNumbersOfPeople) {
  EXPECT_EQ(identifier_in("AB 12 34 56 C", false), kInsuranceNumber);
  EXPECT_EQ(identifier_in("07700 900123", false), "a telephone number");
  EXPECT_EQ(identifier_in("j.smith@nhs.net", false), "an e-mail address");
  EXPECT_EQ(identifier_in("9f86d081884c7d659a2feaa0c55ad015", false), "a pseudonym or hash");
}

TEST(IdentifierIn, LetsWhatTablesHoldPass) {
  for (const char* text :
       {"E92000001", "alzheimer_disease", "65-74", "2019/20", "QOF 2019-20, list size", "persons", "61303",
        "take 2 5mg tablets", "MONDO_0004975", "per 100,000 person-years", "8429141457", ""})
    EXPECT_EQ(identifier_in(text, false), "") << text;
}

TEST(IdentifierIn, LooksInNumbersOnlyForNhsNumbers) {
  EXPECT_EQ(identifier_in("8429141456", true), kNhsNumber);
  EXPECT_EQ(identifier_in("8429141456.0", true), kNhsNumber);
  EXPECT_EQ(identifier_in("19470312", true), "");
  EXPECT_EQ(identifier_in("0.017786992", true), "");
}

}  // namespace
}  // namespace digitalis
